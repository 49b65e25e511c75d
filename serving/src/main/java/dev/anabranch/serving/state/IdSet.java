package dev.anabranch.serving.state;

import java.nio.charset.StandardCharsets;
import org.apache.datasketches.hash.MurmurHash3;

/**
 * Which ids were seen, by 64-bit hashes: 8 to 16 bytes an id. Two of ten million ids share a hash
 * with a probability of 3 in a million. Not safe for use by several threads.
 */
final class IdSet {
  private static final long SEED = 9001;

  private long[] slots = new long[1024];
  private int size;

  /** Adds an id; false where it was there. */
  boolean add(String id) {
    // 0 marks a free slot.
    long hash = Math.max(1, MurmurHash3.hash(id.getBytes(StandardCharsets.UTF_8), SEED)[0] >>> 1);
    int slot = slot(slots, hash);
    if (slots[slot] == hash) {
      return false;
    }
    slots[slot] = hash;
    size++;
    if (size * 4L > slots.length * 3L) {
      grow();
    }
    return true;
  }

  private static int slot(long[] slots, long hash) {
    int slot = (int) (hash & (slots.length - 1));
    while (slots[slot] != 0 && slots[slot] != hash) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }

  private void grow() {
    long[] larger = new long[slots.length * 2];
    for (long hash : slots) {
      if (hash != 0) {
        larger[slot(larger, hash)] = hash;
      }
    }
    slots = larger;
  }
}
