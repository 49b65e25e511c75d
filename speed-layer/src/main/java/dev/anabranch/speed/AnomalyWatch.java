package dev.anabranch.speed;

import dev.anabranch.lakehouse.anomaly.Anomaly;
import dev.anabranch.lakehouse.anomaly.Baselines;
import dev.anabranch.lakehouse.anomaly.ClosedMinute;
import dev.anabranch.lakehouse.anomaly.Judge;
import dev.anabranch.lakehouse.anomaly.OpenMinutes;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.lake.AnomalyTable;
import dev.anabranch.lakehouse.lake.BaselineReader;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.TileFiles.EpochFile;
import dev.anabranch.lakehouse.view.Activity;
import dev.anabranch.lakehouse.view.Leads;
import dev.anabranch.lakehouse.view.Tiles;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges the minutes that a stream's epochs close, on a thread of its own behind the stream, and
 * commits what it finds to {@code speed/anomalies}, each minute once. It is handed the tiles that
 * the stream has made anyway; where it missed some, after a restart, or fell behind, it reads them
 * back from the table. Without baselines nothing is judged.
 */
public final class AnomalyWatch implements EpochListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AnomalyWatch.class);

  /** Epochs that wait to be judged beyond these are read back later. */
  private static final int MOST_WAITING = 64;

  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(30);

  /** How long {@link #close()} waits. */
  private static final Duration LONGEST_END = Duration.ofSeconds(10);

  private final Storage storage;
  private final LakeLayout lake;
  private final Duration lateness;
  private final Clock clock;
  private final BaselineReader baselines;
  private final AtomicInteger waiting = new AtomicInteger();
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "anomalies");
            thread.setDaemon(true);
            return thread;
          });

  // These are the worker's alone.
  private Optional<AnomalyTable> table = Optional.empty();
  private Optional<OpenMinutes> minutes = Optional.empty();
  private long judgedUntil = Long.MIN_VALUE;
  private long lastEpoch;
  private Instant pausedUntil = Instant.EPOCH;

  public AnomalyWatch(Settings settings, Storage storage, Clock clock) {
    this.storage = storage;
    this.lake = new LakeLayout(settings.lake().uri());
    this.lateness = settings.anomalies().lateness();
    this.clock = clock;
    this.baselines = new BaselineReader(storage, lake);
  }

  @Override
  public void committed(EpochHeader header, Map<String, Tiles> tiles) {
    if (waiting.get() < MOST_WAITING) {
      waiting.incrementAndGet();
      worker.execute(() -> follow(header, tiles));
    }
  }

  private void follow(EpochHeader header, Map<String, Tiles> tiles) {
    waiting.decrementAndGet();
    if (clock.instant().isBefore(pausedUntil)) {
      return;
    }
    try {
      if (minutes.isEmpty() || header.firstEpoch() != lastEpoch + 1) {
        catchUp(header);
      }
      judge(header, tiles);
    } catch (RuntimeException e) {
      minutes = Optional.empty();
      pausedUntil = clock.instant().plus(PAUSE_AFTER_FAILURE);
      LOG.warn(
          "Minutes up to epoch {} are not judged; tried again in {}: {}",
          header.epoch(),
          PAUSE_AFTER_FAILURE,
          e.getMessage(),
          e);
    }
  }

  /** Goes on where the table says that judging stood, with the epochs up to the next one. */
  private void catchUp(EpochHeader next) {
    if (table.isEmpty()) {
      table = Optional.of(AnomalyTable.open(storage, lake, clock));
    }
    Optional<OpenMinutes.Mark> mark = table.get().mark();
    if (mark.isEmpty()) {
      minutes = Optional.of(OpenMinutes.begin(lateness));
      return;
    }
    judgedUntil = mark.get().closedUntil();
    List<EpochFile> missed =
        EpochsBack.between(storage, lake.speedTiles(), mark.get().fromEpoch(), next.firstEpoch());
    if (missed.isEmpty()) {
      LOG.info("Tiles of minutes that are not judged yet are gone: judging begins anew");
      minutes = Optional.of(OpenMinutes.beginNotBefore(judgedUntil, lateness));
      return;
    }
    minutes = Optional.of(OpenMinutes.resume(mark.get(), lateness));
    missed.forEach(file -> judge(file.header(), file.tiles()));
  }

  private void judge(EpochHeader header, Map<String, Tiles> tiles) {
    OpenMinutes open = minutes.orElseThrow();
    List<ClosedMinute> closed =
        open
            .add(
                header.firstEpoch(),
                header.newestKafkaTimestamp(),
                tiles.get(Activity.VIEW.name()),
                tiles.get(Leads.VIEW.name()))
            .stream()
            .filter(minute -> minute.minute() >= judgedUntil)
            .toList();
    lastEpoch = header.epoch();
    if (closed.isEmpty()) {
      return;
    }
    Optional<Baselines> usual = baselines.current();
    if (usual.isPresent()) {
      Judge judge = new Judge(usual.get());
      List<Anomaly> found = new ArrayList<>();
      closed.forEach(minute -> found.addAll(judge.judge(minute)));
      OpenMinutes.Mark mark = open.mark(header.epoch());
      table.orElseThrow().append(mark, found);
      judgedUntil = mark.closedUntil();
    }
  }

  /** Judges what it has been told of; what is left then is judged after the next start. */
  @Override
  public void close() {
    close(LONGEST_END);
  }

  /**
   * As {@link #close()}.
   *
   * @param longest how long it may take
   */
  void close(Duration longest) {
    worker.shutdown();
    try {
      if (!worker.awaitTermination(longest.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.info("The next start judges what is not judged yet");
        worker.shutdownNow();
      }
    } catch (InterruptedException e) {
      worker.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
