// The nonce lanes of one account: hands out sequences in order, one submission a lane at a time. A node tells only what
// blocks have consumed, so what this client sent since is counted here.
import type { NodeClient } from './node-client.js';

/** What a submission did with the sequences from the one it was given on. */
export interface Submitted<T> {
  readonly value: T;
  /** The lane's next sequence; undefined: unknown, so the node is asked alone. */
  readonly next: bigint | undefined;
  /** Last height that may include what was sent. */
  readonly expiry: number;
}

export interface NonceLanes {
  /**
   * Runs `submit` with the lane's next sequence once earlier submissions of the lane have reached the node. When it
   * throws, nothing is known of the lane: the node is asked again. `height`: of the newest block.
   */
  submit<T>(lane: number, height: number, submit: (sequence: bigint) => Promise<Submitted<T>>): Promise<T>;
  /** Nothing that was handed out counts any more: the node is asked. For chains that went back. */
  forget(): void;
}

/** The lanes of an account, given as text. */
export function createNonceLanes(node: Pick<NodeClient, 'nextSequence'>, sender: string): NonceLanes {
  const sent = new Map<number, { readonly next: bigint; readonly expiry: number }>();
  const queues = new Map<number, Promise<unknown>>();

  /** What was sent counts until it has expired: a node may have dropped it without a word. */
  const nextOf = async (lane: number, height: number): Promise<bigint> => {
    const consumed = await node.nextSequence(sender, lane);
    const known = sent.get(lane);
    return known !== undefined && known.expiry > height && known.next > consumed ? known.next : consumed;
  };

  return {
    forget: () => sent.clear(),
    submit(lane, height, submit) {
      const turn = (queues.get(lane) ?? Promise.resolve()).then(async () => {
        const sequence = await nextOf(lane, height);
        sent.delete(lane);
        const { value, next, expiry } = await submit(sequence);
        if (next !== undefined) sent.set(lane, { next, expiry });
        return value;
      });
      queues.set(
        lane,
        turn.catch(() => undefined),
      );
      return turn;
    },
  };
}
