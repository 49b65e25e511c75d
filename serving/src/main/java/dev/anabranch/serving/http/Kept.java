package dev.anabranch.serving.http;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Versions of a list that cursors go on in: each for 90 s after its last use. Safe for use by
 * several threads.
 */
final class Kept<T> {
  private static final long NANOS = Duration.ofSeconds(90).toNanos();

  private record Version<T>(T value, long usedAt) {}

  private final LongSupplier nanoTime;
  private final Map<Long, Version<T>> versions = new HashMap<>();

  /**
   * @param nanoTime {@code System::nanoTime}, but for tests
   */
  Kept(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  synchronized void keep(long version, T value) {
    long now = nanoTime.getAsLong();
    versions.values().removeIf(kept -> now - kept.usedAt() > NANOS);
    versions.put(version, new Version<>(value, now));
  }

  /** The value, kept on from now; empty where it is no longer kept. */
  synchronized Optional<T> find(long version) {
    Version<T> kept = versions.get(version);
    long now = nanoTime.getAsLong();
    if (kept == null || now - kept.usedAt() > NANOS) {
      return Optional.empty();
    }
    versions.put(version, new Version<>(kept.value(), now));
    return Optional.of(kept.value());
  }
}
