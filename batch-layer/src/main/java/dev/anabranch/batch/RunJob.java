package dev.anabranch.batch;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.lakehouse.lake.BatchRun.Figures;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.Offsets;
import dev.anabranch.lakehouse.lake.RunLedger;
import dev.anabranch.lakehouse.lake.SpeedEpochs;
import dev.anabranch.lakehouse.view.Views;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * What a batch run does: a function of the published state and of the records up to its boundary,
 * so that a run which starts over, wherever it was killed, comes to the same end.
 */
final class RunJob {
  private final SparkSession spark;
  private final Settings.Kafka kafka;
  private final RunLedger ledger;
  private final SpeedEpochs epochs;
  private final MasterEvents master;
  private final List<BatchView> views;

  RunJob(
      SparkSession spark,
      Storage storage,
      LakeLayout lake,
      Settings.Kafka kafka,
      RunLedger ledger,
      SpeedEpochs epochs) {
    this.spark = spark;
    this.kafka = kafka;
    this.ledger = ledger;
    this.epochs = epochs;
    this.master = new MasterEvents(spark, storage, lake);
    this.views = Views.ALL.stream().map(view -> new BatchView(spark, storage, lake, view)).toList();
  }

  /** What a run publishes. */
  record Result(Figures figures, SortedMap<String, Long> versions) {}

  Result execute(BatchRun run, Progress progress) {
    Optional<BatchRun> published = ledger.published();
    if (published.isPresent() && published.get().boundary().reaches(run.boundary())) {
      return count(run, published.get(), progress);
    }
    rollBack(published);
    progress.reached("rolled back");
    KafkaRange range = range(published, run.boundary());
    Figures before = figures(published);
    Figures now = before;
    if (!range.isEmpty()) {
      try (NewEvents fresh =
          NewEvents.among(
              range.read(spark),
              before.events() > 0 ? Optional.of(master.table().read()) : Optional.empty())) {
        progress.reached("records read");
        MasterEvents.Added added = master.append(fresh.rows());
        now = sum(before, fresh, added.events());
        progress.reached(MasterEvents.NAME);
        if (added.events() > 0) {
          for (BatchView view : views) {
            view.add(master, added);
            progress.reached(view.tableName());
          }
          master.compact(added.dates());
          progress.reached("compacted");
        }
      }
    }
    return new Result(now, versions());
  }

  /** The tables that runs write. */
  List<Path> tables() {
    return Stream.concat(
            Stream.of(master.table().path()), views.stream().map(view -> view.table().path()))
        .toList();
  }

  /**
   * Tables stand as the published run left them: what runs that were killed, failed or were
   * cancelled wrote after it is gone. A view that this program defines in another way than the
   * published run did is made anew.
   */
  void rollBack(Optional<BatchRun> published) {
    SortedMap<String, Long> versions = published.map(BatchRun::versions).orElseGet(TreeMap::new);
    master.table().rollBack(Optional.ofNullable(versions.get(MasterEvents.NAME)));
    for (BatchView view : views) {
      Optional<Long> version = Optional.ofNullable(versions.get(view.tableName()));
      view.table().rollBack(version);
      boolean behind = published.isPresent() && version.isEmpty();
      if (behind || !view.table().isCurrent()) {
        view.remake(master);
      }
    }
  }

  /**
   * Another run published a boundary at or past this one's while this one waited: no table changes,
   * and the run counts what lies below its own boundary.
   */
  private Result count(BatchRun run, BatchRun published, Progress progress) {
    Optional<BatchRun> base = ledger.publishedWithin(run.boundary());
    KafkaRange range = range(base, run.boundary());
    Figures before = figures(base);
    Figures now = before;
    if (!range.isEmpty()) {
      try (NewEvents fresh =
          NewEvents.among(
              range.read(spark), base.map(earlier -> master.below(earlier.boundary())))) {
        now = sum(before, fresh, fresh.rows().count());
      }
    }
    progress.reached("counted");
    return new Result(now, published.versions());
  }

  private KafkaRange range(Optional<BatchRun> base, Offsets until) {
    SortedMap<Integer, Long> from = new TreeMap<>();
    base.ifPresent(run -> from.putAll(run.boundary().byPartition()));
    if (!from.keySet().containsAll(until.byPartition().keySet())) {
      Offsets beginning =
          epochs
              .beginning()
              .orElseThrow(
                  () ->
                      PlatformException.external(
                          "No epoch in speed/tiles, so nothing says where the log begins; start the"
                              + " speed layer.",
                          null));
      until.byPartition().keySet().forEach(p -> from.putIfAbsent(p, beginning.at(p)));
    }
    return new KafkaRange(kafka, new Offsets(from), until);
  }

  /** What a run before counted; nothing of it was read by this one. */
  private static Figures figures(Optional<BatchRun> run) {
    return run.flatMap(BatchRun::figures)
        .map(f -> new Figures(f.records(), f.events(), f.duplicates(), f.quarantined(), 0))
        .orElse(new Figures(0, 0, 0, 0, 0));
  }

  /**
   * What lies below the boundary when this run has read its own share.
   *
   * @param added events of the share that no run before had
   */
  private static Figures sum(Figures before, NewEvents share, long added) {
    long copies = share.records() - share.refused() - added;
    return new Figures(
        before.records() + share.records(),
        before.events() + added,
        before.duplicates() + copies,
        before.quarantined() + share.refused(),
        share.records());
  }

  private SortedMap<String, Long> versions() {
    SortedMap<String, Long> versions = new TreeMap<>();
    versions.put(MasterEvents.NAME, master.table().version());
    views.forEach(view -> versions.put(view.tableName(), view.table().version()));
    return versions;
  }
}
