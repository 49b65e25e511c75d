package dev.anabranch.lakehouse.lake;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.ParquetFiles;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.Vectors;
import dev.anabranch.lakehouse.lead.LeadProfile;
import dev.anabranch.lakehouse.lead.LeadScore;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.types.BooleanType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * The files of {@code speed/scores}: one an epoch, with the scores that it made and the epoch's
 * header, as in the tables of tiles. A score's row says {@code score} in the column {@code view}.
 */
public final class ScoreFiles {
  /** The application id under which the stream commits its epochs. */
  public static final String APPLICATION = "scoring";

  private static final String SCORE = "score";

  private static final Map<String, DataType> SCORE_COLUMNS = scoreTypes();

  public static final StructType SCHEMA = schema();

  /** What readers of the scores alone need. */
  private static final StructType READ = read();

  private ScoreFiles() {}

  private static Map<String, DataType> scoreTypes() {
    Map<String, DataType> types = new LinkedHashMap<>();
    types.put("lead_id", StringType.STRING);
    types.put("as_of", TimestampType.TIMESTAMP);
    types.put("events", LongType.LONG);
    types.put("probability", DoubleType.DOUBLE);
    types.put("model_version", LongType.LONG);
    types.put("kafka_timestamp", TimestampType.TIMESTAMP);
    types.put("scored_at", TimestampType.TIMESTAMP);
    types.put("hot", BooleanType.BOOLEAN);
    types.put("last_type", StringType.STRING);
    types.put("last_channel", StringType.STRING);
    types.put("company_size", StringType.STRING);
    types.put("country", StringType.STRING);
    types.put("sector", StringType.STRING);
    types.put("signed_up_at", TimestampType.TIMESTAMP);
    types.put("lifecycle_stage", StringType.STRING);
    return types;
  }

  private static StructType schema() {
    Map<String, DataType> columns = new LinkedHashMap<>();
    columns.put("view", StringType.STRING);
    columns.putAll(HeaderColumns.TYPES);
    columns.putAll(SCORE_COLUMNS);
    return of(columns);
  }

  private static StructType read() {
    Map<String, DataType> columns = new LinkedHashMap<>();
    columns.put("view", StringType.STRING);
    columns.put("epoch", LongType.LONG);
    columns.putAll(SCORE_COLUMNS);
    return of(columns);
  }

  private static StructType of(Map<String, DataType> columns) {
    StructType schema = new StructType();
    for (Map.Entry<String, DataType> column : columns.entrySet()) {
      schema = schema.add(column.getKey(), column.getValue(), true);
    }
    return schema;
  }

  /** Writes an epoch. */
  public static DataFile write(
      Storage storage, Path table, EpochHeader header, List<LeadScore> scores) {
    List<ColumnarBatch> batches = new ArrayList<>();
    batches.add(batch(1, TileFiles.HEADER, HeaderColumns.of(header)));
    if (!scores.isEmpty()) {
      batches.add(batch(scores.size(), SCORE, columns(scores)));
    }
    return ParquetFiles.write(storage, table, batches);
  }

  private static ColumnarBatch batch(int size, String kind, Map<String, ColumnVector> columns) {
    columns.put("view", Vectors.texts(size, row -> kind));
    List<ColumnVector> all =
        SCHEMA.fields().stream()
            .map(
                field ->
                    columns.getOrDefault(field.getName(), Vectors.nulls(field.getDataType(), size)))
            .toList();
    return Vectors.batch(SCHEMA, size, all);
  }

  private static Map<String, ColumnVector> columns(List<LeadScore> scores) {
    int size = scores.size();
    Map<String, ColumnVector> columns = new LinkedHashMap<>();
    columns.put("epoch", Vectors.longs(LongType.LONG, size, row -> scores.get(row).epoch()));
    columns.put("lead_id", Vectors.texts(size, row -> scores.get(row).leadId()));
    columns.put(
        "as_of", Vectors.longs(TimestampType.TIMESTAMP, size, row -> scores.get(row).asOfMicros()));
    columns.put("events", Vectors.longs(LongType.LONG, size, row -> scores.get(row).events()));
    columns.put("probability", Vectors.doubles(size, row -> scores.get(row).probability()));
    columns.put(
        "model_version", Vectors.longs(LongType.LONG, size, row -> scores.get(row).modelVersion()));
    columns.put(
        "kafka_timestamp",
        Vectors.longs(TimestampType.TIMESTAMP, size, row -> scores.get(row).kafkaMillis() * 1000));
    columns.put(
        "scored_at",
        Vectors.longs(TimestampType.TIMESTAMP, size, row -> scores.get(row).scoredMillis() * 1000));
    columns.put("hot", Vectors.booleans(size, row -> scores.get(row).hot()));
    columns.put("last_type", Vectors.texts(size, row -> scores.get(row).lastType()));
    columns.put("last_channel", Vectors.texts(size, row -> scores.get(row).lastChannel()));
    List<Optional<LeadProfile>> profiles = scores.stream().map(LeadScore::profile).toList();
    columns.put(
        "company_size",
        Vectors.texts(size, row -> profiles.get(row).map(LeadProfile::companySize).orElse(null)));
    columns.put(
        "country",
        Vectors.texts(size, row -> profiles.get(row).map(LeadProfile::country).orElse(null)));
    columns.put(
        "sector",
        Vectors.texts(size, row -> profiles.get(row).map(LeadProfile::sector).orElse(null)));
    columns.put(
        "lifecycle_stage",
        Vectors.texts(
            size, row -> profiles.get(row).map(LeadProfile::lifecycleStage).orElse(null)));
    columns.put(
        "signed_up_at",
        Vectors.instants(
            size,
            row -> profiles.get(row).map(profile -> micros(profile.signedUpAt())).orElse(null)));
    return columns;
  }

  /** ChronoUnit counts nanoseconds on the way, which end in the year 2262. */
  private static long micros(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
  }

  /** The scores of a file, in the order in which they were written. */
  public static List<LeadScore> read(Storage storage, DataFile file) {
    List<LeadScore> scores = new ArrayList<>();
    ParquetFiles.read(
        storage,
        file,
        READ,
        batch -> {
          for (int index = 0; index < batch.getSize(); index++) {
            OneRow row = new OneRow(batch, index);
            if (row.text("view").equals(SCORE)) {
              scores.add(score(row));
            }
          }
        });
    return scores;
  }

  private static LeadScore score(OneRow row) {
    String lead = row.text("lead_id");
    return new LeadScore(
        row.number("epoch"),
        lead,
        row.number("as_of"),
        row.number("events"),
        row.real("probability"),
        row.number("model_version"),
        Math.floorDiv(row.number("kafka_timestamp"), 1000),
        Math.floorDiv(row.number("scored_at"), 1000),
        row.flag("hot"),
        row.text("last_type"),
        row.text("last_channel"),
        row.optionalInstant("signed_up_at")
            .map(
                signedUpAt ->
                    new LeadProfile(
                        lead,
                        row.text("company_size"),
                        row.text("country"),
                        row.text("sector"),
                        signedUpAt,
                        row.text("lifecycle_stage"))));
  }
}
