(module
  (memory (export "memory") 1)
  (func $choose (param i32) (result i32)
    (block
      (block
        (br_table 0 1 (local.get 0)))
      (return (i32.const 10)))
    (if (result i32) (i32.eqz (local.get 0))
      (then (unreachable) (i32.const 1))
      (else (i32.load (i32.const 8)))))
  (func (export "weft_call") (param i32 i32)
    (drop (call $choose (local.get 0)))))
