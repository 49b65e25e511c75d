package dev.anabranch.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.Reason;
import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.lakehouse.lake.Claim;
import dev.anabranch.lakehouse.lake.MaintenanceLedger;
import dev.anabranch.lakehouse.lake.MaintenanceRun;
import dev.anabranch.lakehouse.lake.QuarantineFiles;
import dev.anabranch.lakehouse.lake.RefusedRecord;
import dev.anabranch.lakehouse.lake.RunState;
import dev.anabranch.lakehouse.spark.SparkSessions;
import dev.anabranch.lakehouse.spark.TestKafka;
import dev.anabranch.lakehouse.view.Activity;
import dev.anabranch.lakehouse.view.TestEvents;
import dev.anabranch.lakehouse.view.Tiles;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Maintenance on real tables: what leaves, what stays, and what batch runs then come to. */
class MaintenanceServiceTest {
  private static final long SEED = 20_261_127;

  /** What was replaced is deleted by then. */
  private static final Duration A_DAY = Duration.ofDays(1);

  @TempDir static Path kafkaFolder;
  private static TestKafka kafka;
  private static SparkSession spark;
  private static int topics;

  @TempDir Path folder;
  private final List<Event> pool = TestEvents.random(SEED, 400);
  private int sent;
  private Platform platform;
  private MaintenanceLedger ledger;
  private TableWriter quarantine;

  @BeforeAll
  static void start() throws Exception {
    kafka = TestKafka.start(kafkaFolder.resolve("kafka"));
    spark = SparkSessions.start(new Settings.Spark("local[2]"), "test", BatchSpark.SETTINGS);
  }

  @AfterAll
  static void stop() {
    spark.stop();
    kafka.close();
  }

  @BeforeEach
  void open() throws Exception {
    platform = Platform.create(spark, kafka, "maintained-" + topics++, folder);
    ledger = MaintenanceLedger.open(platform.storage, platform.lake, Clock.systemUTC());
    quarantine =
        TableWriter.open(
            platform.storage,
            platform.lake.quarantine(),
            QuarantineFiles.SCHEMA,
            Clock.systemUTC());
  }

  @Test
  void aLakeWithoutRunsOrTablesIsLeftAsItIs() {
    MaintenanceRun run = maintained("empty");
    assertThat(run.state()).as("%s", run.error()).isEqualTo(RunState.SUCCEEDED);
    assertThat(run.figures().orElseThrow().expiredEpochFiles()).isZero();
    assertThat(platform.epochs()).containsExactly(0L);
  }

  @Test
  void epochsThatAPublishedRunHasCountedExpire() throws Exception {
    sendSome(40);
    platform.epoch();
    platform.epoch();
    BatchRun first = platform.run("first");
    long boundary = first.boundaryEpoch();
    sendSome(40);
    long next = platform.epoch().epoch();
    long newest = platform.epoch().epoch();
    MaintenanceRun run = maintained("expiry");
    assertThat(run.state()).as("%s", run.error()).isEqualTo(RunState.SUCCEEDED);
    assertThat(platform.epochs()).containsExactly(0L, next, newest);
    assertThat(run.figures().orElseThrow().expiredEpochFiles()).isEqualTo(boundary);
    assertThat(maintained("again").figures().orElseThrow().expiredEpochFiles()).isZero();
    assertThat(platform.run("second").figures().orElseThrow().events()).isEqualTo(sent);
    maintained("all counted");
    assertThat(platform.epochs())
        .as("the newest stays: the stream goes on from it")
        .containsExactly(0L, platform.find("second").boundaryEpoch());
  }

  @Test
  void refusedRecordsOfCommittedEpochsAreMerged() throws Exception {
    platform.epoch();
    long committed = platform.epoch().epoch();
    for (long epoch = 1; epoch <= committed; epoch++) {
      refuse(epoch);
    }
    DataFile ahead = refuse(committed + 1);
    List<RefusedRecord> before = refused();
    assertThat(maintained("merge").figures().orElseThrow().mergedQuarantineFiles())
        .isEqualTo(committed);
    quarantine.refresh();
    assertThat(quarantine.files()).hasSize(2).extracting(DataFile::path).contains(ahead.path());
    assertThat(refused())
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactlyInAnyOrderElementsOf(before);
    quarantine.takeBack(QuarantineFiles.APPLICATION, committed);
    assertThat(refused()).as("without the epoch that was not committed").hasSize((int) committed);
    assertThat(maintained("again").figures().orElseThrow().mergedQuarantineFiles()).isZero();
  }

  @Test
  void whatAPublishedRunNeedsIsNeverDeleted() throws Exception {
    sendSome(60);
    platform.run("replaced by the next");
    sendSome(20);
    BatchRun published = platform.run("published");
    Tiles answers = platform.read(Activity.VIEW, published);
    sendSome(60);
    platform.claim("dies");
    BatchService dies =
        platform.service(
            step -> {
              if (step.equals("batch/" + Activity.VIEW.name())) {
                throw new Killed();
              }
            });
    assertThatThrownBy(dies::poll).isInstanceOf(Killed.class);
    assertThat(maintained("vacuum").state()).isEqualTo(RunState.SUCCEEDED);
    Set<String> needed =
        platform.files(Activity.VIEW, published).stream()
            .map(DataFile::path)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(parquetFiles(platform.lake.batchView(Activity.VIEW)))
        .as("nothing but what the published run named is left")
        .isEqualTo(needed);
    assertThat(TestEvents.rows(Activity.VIEW, platform.read(Activity.VIEW, published)))
        .isEqualTo(TestEvents.rows(Activity.VIEW, answers));
    platform.service().poll();
    assertThat(platform.find("dies").figures().orElseThrow().events()).isEqualTo(sent);
  }

  @Test
  void runsWriteADateAnewBeforeItLiesInTooManyFiles() throws Exception {
    sendSome(1);
    platform.run("first");
    sendSome(1);
    platform.claim("behind");
    platform.ledger.ledger().cancel("behind");
    int behind = sent;
    int most = 0;
    for (int run = 0; run < 26; run++) {
      sendSome(1);
      BatchRun done = platform.run("run-" + run);
      assertThat(done.figures().map(BatchRun.Figures::events)).contains((long) sent);
      most = Math.max(most, platform.files(MasterEvents.NAME, done).size());
    }
    assertThat(most).isEqualTo(24);
    assertThat(platform.files(MasterEvents.NAME, platform.find("run-25"))).hasSizeLessThan(5);
    // The files that the first run wrote are gone; one that comes behind counts all the same.
    assertThat(maintained("vacuum").state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(parquetFiles(platform.lake.masterEvents())).hasSizeLessThan(5);
    BatchRun counted = platform.run("behind");
    assertThat(counted.state()).as("%s", counted.error()).isEqualTo(RunState.SUCCEEDED);
    assertThat(counted.figures().orElseThrow().events()).isEqualTo(behind);
  }

  @Test
  void killedBehindAnyStepItIsDoneByTheNext() throws Exception {
    sendSome(40);
    platform.epoch();
    platform.run("published");
    platform.epoch();
    refuse(1);
    refuse(2);
    claim("killed");
    List<String> steps = new ArrayList<>();
    for (int step = 0; step < 40; step++) {
      int deadly = step;
      List<String> reached = new ArrayList<>();
      MaintenanceService dies =
          platform.maintenance(
              A_DAY,
              name -> {
                reached.add(name);
                if (reached.size() == deadly + 1) {
                  throw new Killed();
                }
              });
      try {
        dies.poll();
        break;
      } catch (Killed e) {
        steps.add(reached.get(deadly));
        assertThat(find("killed").state()).isEqualTo(RunState.RUNNING);
      }
    }
    assertThat(steps).contains("epochs expired", "refused records merged");
    assertThat(find("killed").state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(platform.epochs()).hasSize(2);
    assertThat(refused()).hasSize(2);
  }

  private void sendSome(int count) throws Exception {
    platform.send(0, pool.subList(sent, sent + count));
    sent += count;
  }

  private void claim(String id) {
    assertThat(ledger.claim(Optional.of(id))).isInstanceOf(Claim.Started.class);
  }

  private MaintenanceRun maintained(String id) {
    claim(id);
    platform.maintenance(A_DAY, step -> {}).poll();
    return find(id);
  }

  private MaintenanceRun find(String id) {
    ledger.ledger().refresh();
    return ledger.ledger().find(id).orElseThrow();
  }

  private DataFile refuse(long epoch) {
    RefusedRecord record =
        new RefusedRecord(
            platform.settings.kafka().topic(),
            0,
            epoch,
            1_000 * epoch,
            Reason.NOT_JSON,
            "epoch " + epoch,
            epoch % 2 == 0 ? Optional.empty() : Optional.of(new byte[] {1, 2, (byte) epoch}));
    DataFile file =
        QuarantineFiles.write(platform.storage, platform.lake.quarantine(), epoch, List.of(record));
    quarantine.append(List.of(file), QuarantineFiles.APPLICATION, epoch);
    return file;
  }

  private List<RefusedRecord> refused() {
    quarantine.refresh();
    return quarantine.files().stream()
        .flatMap(file -> QuarantineFiles.read(platform.storage, file, true).stream())
        .toList();
  }

  private Set<String> parquetFiles(org.apache.hadoop.fs.Path table) throws Exception {
    Set<String> files = new TreeSet<>();
    var all = platform.storage.fileSystem(table).listFiles(table, true);
    while (all.hasNext()) {
      FileStatus file = all.next();
      if (file.getPath().getName().endsWith(".parquet")
          && !file.getPath().toString().contains("_delta_log")) {
        files.add(file.getPath().toString());
      }
    }
    return files;
  }

  /** No exception that the service handles: nothing of it runs any more, as after a kill -9. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }
}
