(module
  (type (;0;) (func (param i32 i32)))
  (type (;1;) (func (param i32 i32 i64 i64) (result i64)))
  (type (;2;) (func (result f64)))
  (type (;3;) (func (param f64)))
  (type (;4;) (func (result i32)))
  (type (;5;) (func (param i32)))
  (type (;6;) (func))
  (type (;7;) (func (param i32 i64) (result i32 i64)))
  (func (;0;) (type 1) (param i32 i32 i64 i64) (result i64)
    (local i32 i32 i32 i32)
    local.get 2
    i64.const 11
    i64.sub
    local.set 2
    local.get 3
    i64.const 18
    i64.sub
    local.tee 3
    local.get 2
    i64.or
    i64.const 0
    i64.lt_s
    if  ;; label = @1
      i32.const 2
      local.get 2
      i64.const 63
      i64.shr_u
      i32.wrap_i64
      i32.sub
      global.set 2
      unreachable
    end
    block  ;; label = @1
      i32.const 0
      i32.const 16
      local.get 1
      local.set 4
      local.get 2
      local.get 4
      i64.extend_i32_u
      i64.const 7
      i64.add
      i64.const 3
      i64.shr_u
      i64.const 1
      i64.mul
      i64.sub
      local.tee 2
      i64.const 0
      i64.lt_s
      if  ;; label = @2
        i32.const 1
        global.set 2
        unreachable
      end
      local.set 7
      local.set 6
      local.get 5
      local.get 6
      local.get 4
      i32.add
      i32.or
      local.set 5
      local.get 6
      local.get 7
      local.get 4
      memory.copy
      local.get 0
      local.get 2
      call 8
      local.set 2
      drop
      i32.const 0
      i32.const 7
      memory.size
      local.set 4
      local.get 2
      local.get 4
      i64.extend_i32_u
      i64.const 7
      i64.add
      i64.const 3
      i64.shr_u
      i64.const 1
      i64.mul
      i64.sub
      local.tee 2
      i64.const 0
      i64.lt_s
      if  ;; label = @2
        i32.const 1
        global.set 2
        unreachable
      end
      local.set 7
      local.set 6
      local.get 5
      local.get 6
      local.get 4
      i32.add
      i32.or
      local.set 5
      local.get 6
      local.get 7
      local.get 4
      memory.fill
    end
    global.get 3
    local.get 5
    i32.or
    global.set 3
    local.get 2)
  (func (;1;) (type 2) (result f64)
    global.get 0
    f64.convert_i64_s)
  (func (;2;) (type 3) (param f64)
    local.get 0
    i64.trunc_f64_s
    global.set 0)
  (func (;3;) (type 4) (result i32)
    global.get 1
    i32.wrap_i64)
  (func (;4;) (type 5) (param i32)
    local.get 0
    i64.extend_i32_s
    global.set 1)
  (func (;5;) (type 4) (result i32)
    global.get 2)
  (func (;6;) (type 4) (result i32)
    global.get 3)
  (func (;7;) (type 6)
    i64.const 0
    global.set 0
    i64.const 0
    global.set 1
    i32.const 0
    global.set 2
    i32.const 0
    global.set 3)
  (func (;8;) (type 7) (param i32 i64) (result i32 i64)
    (local i32)
    local.get 1
    i64.const 0
    i64.lt_s
    if  ;; label = @1
      i32.const 1
      global.set 2
      unreachable
    end
    local.get 0
    i32.const 16
    memory.size
    i32.sub
    i32.gt_u
    if  ;; label = @1
      i32.const -1
      local.get 1
      return
    end
    local.get 1
    local.get 0
    i64.extend_i32_u
    i64.const 100
    i64.mul
    i64.sub
    local.tee 1
    i64.const 0
    i64.lt_s
    if  ;; label = @1
      i32.const 1
      global.set 2
      unreachable
    end
    local.get 0
    memory.grow
    local.tee 2
    i32.const -1
    i32.eq
    if  ;; label = @1
      i32.const 3
      global.set 2
      unreachable
    end
    local.get 2
    local.get 1)
  (func (;9;) (type 0) (param i32 i32)
    (local i64)
    global.get 1
    local.set 2
    local.get 0
    local.get 1
    global.get 0
    local.get 2
    call 0
    global.set 0
    local.get 2
    global.set 1
    global.get 0
    i64.const 0
    i64.lt_s
    if  ;; label = @1
      i32.const 1
      global.set 2
      unreachable
    end)
  (memory (;0;) 1 16)
  (global (;0;) (mut i64) (i64.const 0))
  (global (;1;) (mut i64) (i64.const 0))
  (global (;2;) (mut i32) (i32.const 0))
  (global (;3;) (mut i32) (i32.const 0))
  (export "memory" (memory 0))
  (export "weft_call" (func 9))
  (export "weft.gas" (func 1))
  (export "weft.set_gas" (func 2))
  (export "weft.depth" (func 3))
  (export "weft.set_depth" (func 4))
  (export "weft.halt" (func 5))
  (export "weft.stored" (func 6))
  (export "weft.reset" (func 7))
  (data (;0;) (i32.const 16) "weft"))
