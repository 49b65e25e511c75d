package dev.anabranch.scoring;

import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.ModelRegistry;
import dev.anabranch.lakehouse.lake.ModelVersion;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the registry. A new champion is read beside the stream and taken up by the epoch that
 * begins next; one that cannot be used is refused with its reason, and the one before goes on.
 */
final class Champions implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Champions.class);
  private static final Duration TRY_AGAIN_AFTER = Duration.ofSeconds(30);

  private final LakeLayout lake;
  private final Clock clock;
  private final ModelRegistry registry;
  private final ConcurrentSkipListMap<Long, Refusal> refused = new ConcurrentSkipListMap<>();
  private final ExecutorService reader =
      Executors.newSingleThreadExecutor(look -> new Thread(look, "champions"));
  private CompletableFuture<Void> look = CompletableFuture.completedFuture(null);
  private volatile Optional<Champion> current = Optional.empty();

  private record Refusal(String reason, Instant at) {}

  Champions(Storage storage, LakeLayout lake, Clock clock) {
    this.lake = lake;
    this.clock = clock;
    this.registry = ModelRegistry.open(storage, lake, clock);
  }

  /** The model that scores; empty: there is none that can. */
  Optional<Champion> current() {
    return current;
  }

  /** By version, why models are not used that should score. */
  SortedMap<Long, String> refusals() {
    SortedMap<Long, String> reasons = new TreeMap<>();
    refused.forEach((version, refusal) -> reasons.put(version, refusal.reason()));
    return reasons;
  }

  /**
   * Has the registry looked at in a thread of its own, since a model takes seconds to read; to be
   * called about once a second.
   *
   * @throws CompletionException the look before failed of what no further one mends
   */
  void tick() {
    if (look.isDone()) {
      look.join();
      look = CompletableFuture.runAsync(this::look, reader);
    }
  }

  /** Looks at the registry and waits for it. */
  void refresh() {
    tick();
    look.join();
  }

  private void look() {
    try {
      registry.refresh();
    } catch (PlatformException e) {
      // The store is away for a moment: who scores goes on.
      LOG.warn("{}", e.getMessage());
      return;
    }
    List<ModelVersion> reigning = registry.reigning();
    if (reigning.isEmpty()) {
      return;
    }
    if (isCurrent(reigning.get(0))) {
      refused.clear();
      return;
    }
    // Without a model in memory, one that reigned before is better than none.
    List<ModelVersion> candidates = current.isPresent() ? reigning.subList(0, 1) : reigning;
    for (ModelVersion candidate : candidates) {
      if (!isDue(candidate)) {
        continue;
      }
      try {
        current = Optional.of(Champion.load(lake, candidate));
        refused.remove(candidate.version());
        LOG.info("Model {} scores from the next epoch on", candidate.version());
        return;
      } catch (PlatformException e) {
        LOG.warn("Model {} is refused: {}", candidate.version(), e.getMessage());
        refused.put(candidate.version(), new Refusal(e.getMessage(), clock.instant()));
      }
    }
  }

  private boolean isCurrent(ModelVersion version) {
    return current.filter(it -> it.version().version() == version.version()).isPresent();
  }

  private boolean isDue(ModelVersion version) {
    return Optional.ofNullable(refused.get(version.version()))
        .map(
            refusal ->
                Duration.between(refusal.at(), clock.instant()).compareTo(TRY_AGAIN_AFTER) >= 0)
        .orElse(true);
  }

  @Override
  public void close() {
    var unusedLooks = reader.shutdownNow();
  }
}
