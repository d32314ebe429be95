(module
  (type (;0;) (func (param i32) (result i32)))
  (type (;1;) (func (param i32)))
  (type (;2;) (func (param i32 i32)))
  (type (;3;) (func (param i32 i64 i64) (result i32 i64)))
  (type (;4;) (func (param i32 i64 i64) (result i64)))
  (type (;5;) (func (param i32 i32 i64 i64) (result i64)))
  (type (;6;) (func (result f64)))
  (type (;7;) (func (param f64)))
  (type (;8;) (func (result i32)))
  (type (;9;) (func (param i32)))
  (type (;10;) (func))
  (type (;11;) (func (param i32 i64) (result i32 i64)))
  (import "weft" "note" (func (;0;) (type 0)))
  (func (;1;) (type 0) (param i32) (result i32)
    block (result i32)  ;; label = @1
      local.get 0
      i32.const 9
      i32.ge_u
      if  ;; label = @2
        unreachable
      end
      local.get 0
      i32.const 4
      i32.mul
      i32.load
    end)
  (func (;2;) (type 1) (param i32)
    (local i32 i32 i32 i32)
    block  ;; label = @1
      local.get 0
      local.get 1
      local.set 4
      local.set 3
      local.get 2
      local.get 3
      i32.or
      local.set 2
      local.get 3
      local.get 4
      i32.store
    end
    global.get 3
    local.get 2
    i32.or
    global.set 3)
  (func (;3;) (type 5) (param i32 i32 i64 i64) (result i64)
    local.get 3
    i64.const 39
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
      loop  ;; label = @2
        local.get 2
        i64.const 25
        i64.sub
        local.tee 2
        i64.const -20
        i64.lt_s
        if  ;; label = @3
          i32.const 1
          global.set 2
          unreachable
        end
        local.get 0
        i32.const 5
        i32.lt_u
        if  ;; label = @3
          local.get 0
          call 1
          call 2
          local.get 0
          i32.const 1
          i32.add
          local.set 0
          br 1 (;@2;)
        end
        local.get 2
        i64.const -18
        i64.sub
        local.set 2
      end
      local.get 1
      if  ;; label = @2
        local.get 2
        i64.const 2
        i64.sub
        local.set 2
        i32.const 1
        local.get 2
        i64.const 0
        i64.lt_s
        if  ;; label = @3
          i32.const 1
          global.set 2
          unreachable
        end
        local.get 2
        global.set 0
        local.get 3
        global.set 1
        call 0
        global.get 0
        i64.const 1
        i64.sub
        local.set 2
        drop
        unreachable
      end
      local.get 2
      i64.const 11
      i64.sub
      local.set 2
      i32.const 2
      call 1
      drop
    end
    local.get 2)
  (func (;4;) (type 6) (result f64)
    global.get 0
    f64.convert_i64_s)
  (func (;5;) (type 7) (param f64)
    local.get 0
    i64.trunc_f64_s
    global.set 0)
  (func (;6;) (type 8) (result i32)
    global.get 1
    i32.wrap_i64)
  (func (;7;) (type 9) (param i32)
    local.get 0
    i64.extend_i32_s
    global.set 1)
  (func (;8;) (type 8) (result i32)
    global.get 2)
  (func (;9;) (type 8) (result i32)
    global.get 3)
  (func (;10;) (type 10)
    i64.const 0
    global.set 0
    i64.const 0
    global.set 1
    i32.const 0
    global.set 2
    i32.const 0
    global.set 3)
  (func (;11;) (type 11) (param i32 i64) (result i32 i64)
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
  (func (;12;) (type 2) (param i32 i32)
    (local i64)
    global.get 1
    local.set 2
    local.get 0
    local.get 1
    global.get 0
    local.get 2
    call 3
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
  (export "weft_call" (func 12))
  (export "weft.gas" (func 4))
  (export "weft.set_gas" (func 5))
  (export "weft.depth" (func 6))
  (export "weft.set_depth" (func 7))
  (export "weft.halt" (func 8))
  (export "weft.stored" (func 9))
  (export "weft.reset" (func 10)))
