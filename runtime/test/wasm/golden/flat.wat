(module
  (import "weft" "note" (func $note (param i32) (result i32)))
  (memory (export "memory") 1)
  (func $load (param i32) (result i32)
    (if (i32.ge_u (local.get 0) (i32.const 9))
      (then (unreachable)))
    (i32.load (i32.mul (local.get 0) (i32.const 4))))
  (func $store (param i32) (local i32)
    (i32.store (local.get 0) (local.get 1)))
  (func (export "weft_call") (param i32 i32)
    (loop
      (if (i32.lt_u (local.get 0) (i32.const 5))
        (then
          (call $store (call $load (local.get 0)))
          (local.set 0 (i32.add (local.get 0) (i32.const 1)))
          (br 1))))
    (if (local.get 1)
      (then (drop (call $note (i32.const 1))) (unreachable)))
    (drop (call $load (i32.const 2)))))
