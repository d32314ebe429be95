// Places for large bodies: bounded in all and by address, in order, given on when they are given back or held too long.
import { Places } from '@weft/runtime/rpc/places';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'setImmediate'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const BOUNDS = { waitingMax: 8, addressWaitingMax: 8, heldMs: 1000 };

const never = (): void => expect.unreachable();

describe('places', () => {
  it('are as many as there are, and fewer for one address; the oldest that may have one comes next', () => {
    const places = new Places({ ...BOUNDS, max: 3, addressMax: 2 });
    const begun: string[] = [];
    const enter = (address: string, name: string) =>
      places.enter(address, () => void begun.push(name), never);
    const first = enter('a', 'a1');
    enter('a', 'a2');
    const third = enter('a', 'a3');
    enter('b', 'b1');
    const waits = enter('b', 'b2');
    expect(begun).toEqual(['a1', 'a2', 'b1']);
    first?.leave();
    expect(begun).toEqual(['a1', 'a2', 'b1', 'a3']);
    waits?.leave();
    third?.leave();
    third?.leave();
    enter('b', 'b3');
    expect(begun).toEqual(['a1', 'a2', 'b1', 'a3', 'b3']);
    enter('c', 'c1');
    expect(begun).toHaveLength(5);
  });

  it('held too long are for whoever waits, and for nobody else', () => {
    const places = new Places({ ...BOUNDS, max: 1, addressMax: 1 });
    const late = vi.fn();
    const slow = places.enter('a', () => undefined, late);
    vi.advanceTimersByTime(5000);
    expect(late).not.toHaveBeenCalled();
    const begin = vi.fn();
    places.enter('b', begin, never);
    vi.advanceTimersByTime(250);
    expect(late).toHaveBeenCalledOnce();
    slow?.leave();
    expect(begin).toHaveBeenCalledOnce();
  });

  it('are not waited for by more than may wait, in all and of one address', () => {
    const places = new Places({ ...BOUNDS, max: 1, addressMax: 1, waitingMax: 3, addressWaitingMax: 2 });
    const begun: string[] = [];
    const enter = (name: string) => places.enter(name[0] as string, () => void begun.push(name), never);
    const first = enter('a1');
    const second = enter('a2');
    enter('a3');
    expect(enter('a4')).toBeUndefined();
    enter('b1');
    expect(enter('c1')).toBeUndefined();
    // Who gives up and who begins makes room.
    second?.leave();
    expect(enter('c2')).toBeDefined();
    first?.leave();
    expect(enter('a5')).toBeDefined();
    expect(enter('a6')).toBeUndefined();
    expect(begun).toEqual(['a1', 'a3']);
  });

  it('do their work one a turn of the event loop', () => {
    const places = new Places({ ...BOUNDS, max: 2, addressMax: 2 });
    const done: number[] = [];
    const [one, two] = [places.enter('a', () => undefined, never), places.enter('a', () => undefined, never)];
    one?.turn(() => void done.push(1));
    two?.turn(() => void done.push(2));
    expect(done).toEqual([]);
    vi.advanceTimersToNextTimer();
    expect(done).toEqual([1]);
    vi.advanceTimersToNextTimer();
    expect(done).toEqual([1, 2]);
  });
});
