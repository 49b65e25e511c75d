package dev.anabranch.lakehouse.s3;

import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** Loses requests and replies at random, and counts them. */
public final class LostReplies implements FaultyProxy.Fault {
  private final Random random;
  private final double share;
  private final Predicate<String> which;
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong replies = new AtomicLong();

  /**
   * @param share of requests that are lost, and of replies to the others; 0 to 1
   * @param which by a request's first line
   */
  public LostReplies(long seed, double share, Predicate<String> which) {
    this.random = new Random(seed);
    this.share = share;
    this.which = which;
  }

  /** Writes of commits: where a lost reply does harm. */
  public static boolean isCommit(String line) {
    return line.startsWith("PUT ") && line.matches(".*/_delta_log/[0-9]+\\.json[ ?].*");
  }

  @Override
  public Optional<byte[]> request(String line, byte[] bytes) {
    if (which.test(line) && hits()) {
      requests.incrementAndGet();
      return Optional.empty();
    }
    return Optional.of(bytes);
  }

  @Override
  public boolean passReply(String line) {
    if (which.test(line) && hits()) {
      replies.incrementAndGet();
      return false;
    }
    return true;
  }

  private synchronized boolean hits() {
    return random.nextDouble() < share;
  }

  public long lostRequests() {
    return requests.get();
  }

  public long lostReplies() {
    return replies.get();
  }
}
