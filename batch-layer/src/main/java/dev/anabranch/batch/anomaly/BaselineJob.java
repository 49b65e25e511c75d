package dev.anabranch.batch.anomaly;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.percentile_approx;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.window;

import dev.anabranch.lakehouse.anomaly.Baseline;
import dev.anabranch.lakehouse.anomaly.BaselineLearning;
import dev.anabranch.lakehouse.anomaly.Baselines;
import dev.anabranch.lakehouse.anomaly.HistorySurvey;
import dev.anabranch.lakehouse.anomaly.LeadLimit;
import dev.anabranch.lakehouse.anomaly.MinuteHistory;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableTail;
import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.lakehouse.lake.BaselineTable;
import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.MinuteCountFiles;
import dev.anabranch.lakehouse.view.Activity;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Learns from the tables as a published run left them: how many events minutes have, from {@code
 * batch/activity}, and how much single leads do, from the last days of the master dataset.
 */
public final class BaselineJob {
  private static final String DATE = "event_date";
  private static final String MASTER = "master/events";
  private static final String ACTIVITY = "batch/" + Activity.VIEW.name();

  /** Leads are many, and their extremes change little. */
  private static final long LEAD_DAYS = 2;

  /** The quantile's rank is off by a ten-thousandth of all at most. */
  private static final int ACCURACY = 10_000;

  private final SparkSession spark;
  private final Storage storage;
  private final LakeLayout lake;
  private final Settings.Anomalies settings;
  private final Clock clock;

  public BaselineJob(
      SparkSession spark,
      Storage storage,
      LakeLayout lake,
      Settings.Anomalies settings,
      Clock clock) {
    this.spark = spark;
    this.storage = storage;
    this.lake = lake;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Learns, and puts the result in the place of what was learnt before.
   *
   * @param reached is told of each step, some of them several times; where it throws, nothing
   *     changes
   * @return empty where there is too little history; then nothing changes
   */
  public Optional<Baselines> learn(BatchRun published, Consumer<String> reached) {
    List<DataFile> files = activity(published);
    Optional<LocalDate> newest = files.stream().map(BaselineJob::date).max(LocalDate::compareTo);
    if (newest.isEmpty()) {
      return Optional.empty();
    }
    LocalDate from = newest.get().minusDays(settings.history().toDays());
    List<DataFile> days = files.stream().filter(file -> !date(file).isBefore(from)).toList();
    HistorySurvey survey = new HistorySurvey();
    for (DataFile day : days) {
      MinuteCountFiles.read(storage, day, survey::add);
      reached.accept("history surveyed");
    }
    MinuteHistory history = new MinuteHistory(survey);
    for (DataFile day : days) {
      MinuteCountFiles.read(storage, day, history::add);
      reached.accept("history read");
    }
    List<Baseline> learnt =
        BaselineLearning.learn(
            history, settings.deviations(), () -> reached.accept("groups learnt"));
    if (learnt.isEmpty()) {
      return Optional.empty();
    }
    Dataset<Row> events = events(published, newest.get().minusDays(LEAD_DAYS));
    List<LeadLimit> limits = new ArrayList<>();
    limit(LeadLimit.Measure.EVENTS_A_MINUTE, events, count(lit(1)).cast("double"))
        .ifPresent(limits::add);
    limit(
            LeadLimit.Measure.REVENUE_IN_TEN_MINUTES,
            events.filter(col("event_type").equalTo(EventType.PURCHASE.wireName())),
            sum("amount").cast("double"))
        .ifPresent(limits::add);
    reached.accept("leads learnt");
    Baselines baselines = new Baselines(published.runId(), clock.instant(), learnt, limits);
    BaselineTable.open(storage, lake, clock).replace(baselines);
    return Optional.of(baselines);
  }

  private List<DataFile> activity(BatchRun published) {
    TableTail tail = new TableTail(storage, lake.batchView(Activity.VIEW));
    tail.poll(published.versions().get(ACTIVITY));
    return tail.files();
  }

  private static LocalDate date(DataFile file) {
    return LocalDate.parse(file.partitionValues().get(DATE));
  }

  private Dataset<Row> events(BatchRun published, LocalDate from) {
    return spark
        .read()
        .format("delta")
        .option("versionAsOf", published.versions().get(MASTER))
        .load(lake.masterEvents().toString())
        .filter(col(DATE).geq(to_date(lit(from.toString()))));
  }

  private Optional<LeadLimit> limit(LeadLimit.Measure measure, Dataset<Row> events, Column amount) {
    Row row =
        events
            .groupBy(col("lead_id"), window(col("event_time"), measure.minutes() + " minutes"))
            .agg(amount.as("amount"))
            .agg(
                count(lit(1)),
                percentile_approx(col("amount"), lit(settings.leadQuantile()), lit(ACCURACY)))
            .first();
    if (row.getLong(0) < LeadLimit.ENOUGH_OBSERVATIONS) {
      return Optional.empty();
    }
    double quantile = row.getDouble(1);
    return Optional.of(
        new LeadLimit(measure, row.getLong(0), quantile, quantile * settings.leadFactor()));
  }
}
