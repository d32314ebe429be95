(module
  (memory (export "memory") 1)
  (func (export "weft_call") (param i32 i32)
    (local i64)
    (loop
      (local.set 2 (i64.add (local.get 2) (i64.const 3)))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))
