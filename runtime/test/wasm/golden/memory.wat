(module
  (memory (export "memory") 1)
  (data (i32.const 16) "weft")
  (func (export "weft_call") (param i32 i32)
    (memory.copy (i32.const 0) (i32.const 16) (local.get 1))
    (drop (memory.grow (local.get 0)))
    (memory.fill (i32.const 0) (i32.const 7) (memory.size))))
