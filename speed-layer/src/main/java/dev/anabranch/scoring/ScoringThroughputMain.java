package dev.anabranch.scoring;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import com.typesafe.config.ConfigFactory;
import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.process.PartLifecycle;
import dev.anabranch.speed.StreamSessions;
import dev.anabranch.speed.bench.SpeedCatchUp;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the whole topic as a catch-up does, in turns with the scoring stream and with the speed
 * layer's own, each into a lake of its own; the champion is that of the platform's lake. One round
 * of each is not counted. Beside the time of each round is that of the cores which this process had
 * for it: of a machine with other work the former alone says little. Ends with the line {@code
 * READY {"scoring_millis":[…],"scoring_cpu_millis":[…],"speed_millis":[…],"speed_cpu_millis":[…],
 * "quarantined_records":…,"hot_leads":…}}.
 */
public final class ScoringThroughputMain {
  private static final Logger LOG = LoggerFactory.getLogger(ScoringThroughputMain.class);
  private static final int ROUNDS = 5;

  private final SparkSession spark;
  private final Settings settings;
  private final Clock clock;
  private final Champions champions;
  private final Profiles profiles;
  private long quarantined;
  private long hotLeads;

  private ScoringThroughputMain(SparkSession spark, Settings settings, Clock clock) {
    this.spark = spark;
    this.settings = settings;
    this.clock = clock;
    this.champions =
        new Champions(Storage.of(settings.lake()), new LakeLayout(settings.lake().uri()), clock);
    this.profiles = new Profiles(spark, settings, clock);
  }

  /**
   * Runs once.
   *
   * @param arguments the path of the settings file
   */
  public static void main(String[] arguments) {
    PartLifecycle lifecycle = PartLifecycle.start();
    try {
      Settings settings =
          Settings.load(Optional.of(Path.of(arguments[0])), Map.of(), ConfigFactory.empty());
      SparkSession spark = StreamSessions.start(settings, "scoring-throughput");
      ObjectNode result = new ScoringThroughputMain(spark, settings, Clock.systemUTC()).run();
      lifecycle.ready(result.toString());
      lifecycle.exit(0);
    } catch (Exception | Error e) {
      LOG.error("No throughput was measured: {}", e.getMessage(), e);
      lifecycle.exit(1);
    }
  }

  private ObjectNode run() throws Exception {
    champions.refresh();
    if (champions.current().isEmpty()) {
      throw new IllegalStateException("There is no champion: " + champions.refusals());
    }
    profiles.start();
    ObjectNode result = new ObjectMapper().createObjectNode();
    scoring();
    SpeedCatchUp.run(spark, settings);
    for (int round = 0; round < ROUNDS; round++) {
      long before = cpuMillis();
      result.withArray("scoring_millis").add(scoring());
      long between = cpuMillis();
      result.withArray("scoring_cpu_millis").add(between - before);
      result.withArray("speed_millis").add(SpeedCatchUp.run(spark, settings).millis());
      result.withArray("speed_cpu_millis").add(cpuMillis() - between);
    }
    profiles.close();
    return result.put("quarantined_records", quarantined).put("hot_leads", hotLeads);
  }

  private static long cpuMillis() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime()
        / 1_000_000;
  }

  private long scoring() throws Exception {
    Settings scratch =
        settings.over(
            SpeedCatchUp.freshFolder(),
            settings.kafka().topic(),
            settings.scoring().maxRecordsPerEpoch());
    ScoringStream stream =
        ScoringStream.open(
            spark,
            scratch,
            Storage.of(scratch.lake()),
            clock,
            champions,
            profiles,
            new MinuteMeter(clock));
    long began = System.nanoTime();
    StreamingQuery query = stream.start(Trigger.AvailableNow());
    query.awaitTermination();
    long millis = SpeedCatchUp.millisSince(began);
    quarantined = stream.last().quarantinedTotal();
    hotLeads = stream.hotLog().past(0);
    stream.stop(query);
    return millis;
  }
}
