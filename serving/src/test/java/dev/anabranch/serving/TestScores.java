package dev.anabranch.serving;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.lake.BatchScoreFiles;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.Offsets;
import dev.anabranch.lakehouse.lake.ScoreFiles;
import dev.anabranch.lakehouse.lake.ScoringMinute;
import dev.anabranch.lakehouse.lake.ScoringMinutes;
import dev.anabranch.lakehouse.lead.BatchScore;
import dev.anabranch.lakehouse.lead.LeadProfile;
import dev.anabranch.lakehouse.lead.LeadScore;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/** Scores in a lake, written as the scoring stream and the batch layer write them. */
public final class TestScores {
  public static final long AS_OF = 1_790_000_000_000_000L;

  private final TestLake lake;
  private final TableWriter speed;

  public TestScores(TestLake lake) {
    this.lake = lake;
    this.speed =
        TableWriter.open(
            lake.storage(), lake.layout().speedScores(), ScoreFiles.SCHEMA, Clock.systemUTC());
  }

  /** A score of model 1, of a lead's so many events, a second each. */
  public static LeadScore score(
      long epoch, String leadId, long events, double probability, boolean hot) {
    return new LeadScore(
        epoch,
        leadId,
        AS_OF + events * 1_000_000,
        events,
        probability,
        1,
        AS_OF / 1000 + epoch,
        AS_OF / 1000 + epoch + 250,
        hot,
        "web_visit",
        "email",
        Optional.empty());
  }

  public static LeadScore withProfile(LeadScore of) {
    return new LeadScore(
        of.epoch(),
        of.leadId(),
        of.asOfMicros(),
        of.events(),
        of.probability(),
        of.modelVersion(),
        of.kafkaMillis(),
        of.scoredMillis(),
        of.hot(),
        of.lastType(),
        of.lastChannel(),
        Optional.of(
            new LeadProfile(
                of.leadId(),
                "11-50",
                "DE",
                "software",
                Instant.parse("2026-01-02T03:04:05Z"),
                "lead")));
  }

  public static BatchScore batchScore(String leadId, long events, double probability, long model) {
    return new BatchScore(leadId, AS_OF + events * 1_000_000, events, probability, model, "run-1");
  }

  public static ScoringMinute minute(Instant start, long scored) {
    return new ScoringMinute(
        start,
        scored,
        2,
        OptionalDouble.of(0.125),
        310,
        820,
        OptionalDouble.empty(),
        1,
        3,
        scored,
        1);
  }

  /** The stream commits an epoch, as it does it once. */
  public void epoch(long epoch, List<LeadScore> scores) {
    Offsets until = Offsets.of(Map.of(0, 10 * epoch));
    EpochHeader header =
        epoch == 0
            ? EpochHeader.beginning(Offsets.NONE)
            : new EpochHeader(
                epoch,
                epoch,
                Offsets.of(Map.of(0, 10 * (epoch - 1))),
                until,
                OptionalLong.of(AS_OF / 1000 + epoch),
                scores.size(),
                0,
                0,
                0,
                OptionalLong.empty(),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>());
    speed.append(List.of(write(header, scores)), ScoreFiles.APPLICATION, epoch);
  }

  /** All files become one with every score that they have, as compaction may leave it. */
  public void merge(long epoch) {
    List<DataFile> files = speed.files();
    List<LeadScore> all = new ArrayList<>();
    files.forEach(file -> all.addAll(ScoreFiles.read(lake.storage(), file)));
    EpochHeader header = EpochHeader.beginning(Offsets.of(Map.of(0, 10 * epoch)));
    speed.replace(files.stream().map(DataFile::path).toList(), List.of(write(header, all)), true);
  }

  private DataFile write(EpochHeader header, List<LeadScore> scores) {
    return ScoreFiles.write(lake.storage(), lake.layout().speedScores(), header, scores);
  }

  /** The batch layer scores anew. */
  public void batch(List<BatchScore> scores) {
    Path location = lake.layout().batchScores();
    TableWriter table =
        TableWriter.open(lake.storage(), location, BatchScoreFiles.SCHEMA, Clock.systemUTC());
    List<String> old = table.files().stream().map(DataFile::path).toList();
    table.replace(old, List.of(BatchScoreFiles.write(lake.storage(), location, scores)), true);
  }

  public void minute(ScoringMinute minute) {
    ScoringMinutes.open(lake.storage(), lake.layout(), Clock.systemUTC()).add(minute);
  }

  /** What the stream says of itself, with a model or without. */
  public void status(String state, Instant at, Optional<Long> model) {
    ObjectNode status = new ObjectMapper().createObjectNode();
    status.put("name", "scoring").put("updated_at", at.toString()).put("state", state);
    status.put("epoch", 7);
    status.putObject("until_offsets").put("0", 70);
    model.ifPresentOrElse(
        version ->
            status
                .putObject("model")
                .put("version", version)
                .put("algorithm", "logistic_regression"),
        () -> status.putNull("model"));
    status.putArray("refused_models").addObject().put("version", 3).put("reason", "It is damaged.");
    status.putObject("profiles").put("count", 5).putNull("read_at").put("failure", "It is away.");
    status
        .putArray("targets")
        .addObject()
        .put("name", "kafka")
        .put("delivered_epoch", 6)
        .put("waiting_leads", 1)
        .putNull("failure");
    status.put("hot_leads", 4);
    lake.status("scoring", status);
  }

  /** What the batch layer says of its scores of 40 leads. */
  public void batchStatus(String state, Optional<String> reason) {
    ObjectNode status = new ObjectMapper().createObjectNode();
    status.put("name", "rescoring").put("state", state).put("reason", reason.orElse(null));
    status.put("model_version", 2).put("batch_run", "nightly").put("leads", 40);
    status.put("scored_at", "2026-11-22T10:15:30.123Z");
    lake.status("rescoring", status);
  }
}
