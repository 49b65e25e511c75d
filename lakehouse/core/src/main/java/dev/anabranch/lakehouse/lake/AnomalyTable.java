package dev.anabranch.lakehouse.lake;

import dev.anabranch.lakehouse.anomaly.Anomaly;
import dev.anabranch.lakehouse.anomaly.OpenMinutes.Mark;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.ParquetFiles;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.delta.Vectors;
import dev.anabranch.lakehouse.view.Key;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The table {@code speed/anomalies}. A commit holds the anomalies of the minutes that were closed
 * together and a row, {@code judged} in the column {@code row}, that says up to where minutes have
 * been judged; that is the transaction's version too, so that a minute is in the table once.
 */
public final class AnomalyTable {
  private static final String APPLICATION = "anomalies";
  private static final String JUDGED = "judged";
  private static final String ANOMALY = "anomaly";

  /** What is older is left out where files become one, and readers pass over it. */
  private static final Duration KEPT = Duration.ofDays(30);

  /** So many files become one. */
  private static final int MOST_FILES = 256;

  static final StructType SCHEMA =
      new StructType()
          .add("row", StringType.STRING)
          .add("judged_until", TimestampType.TIMESTAMP)
          .add("last_active", TimestampType.TIMESTAMP)
          .add("from_epoch", LongType.LONG)
          .add("minute", TimestampType.TIMESTAMP)
          .add("minutes", LongType.LONG)
          .add("kind", StringType.STRING)
          .add("event_type", StringType.STRING)
          .add("channel", StringType.STRING)
          .add("lead_id", StringType.STRING)
          .add("observed", ViewSchemas.MONEY)
          .add("lower", ViewSchemas.MONEY)
          .add("upper", ViewSchemas.MONEY)
          .add("pool", StringType.STRING)
          .add("batch_run", StringType.STRING)
          .add("reason", StringType.STRING);

  private final Storage storage;
  private final TableWriter table;

  /** What a file holds. */
  public record Content(Optional<Mark> mark, List<Anomaly> anomalies) {
    public Content {
      anomalies = List.copyOf(anomalies);
    }
  }

  private AnomalyTable(Storage storage, TableWriter table) {
    this.storage = storage;
    this.table = table;
  }

  /** Opens the table to write to, and makes it where there is none. */
  public static AnomalyTable open(Storage storage, LakeLayout lake, Clock clock) {
    return new AnomalyTable(
        storage, TableWriter.open(storage, lake.speedAnomalies(), SCHEMA, clock));
  }

  /** Up to where minutes have been judged; empty: none has. */
  public Optional<Mark> mark() {
    if (table.transaction(APPLICATION).isEmpty()) {
      return Optional.empty();
    }
    return table.files().stream()
        .sorted(Comparator.comparing(DataFile::modificationTime).reversed())
        .limit(MOST_FILES)
        .flatMap(file -> read(storage, file).mark().stream())
        .max(Comparator.comparingLong(Mark::closedUntil));
  }

  /** Adds what judging minutes up to a mark found; nothing where the table is that far already. */
  public void append(Mark mark, List<Anomaly> anomalies) {
    DataFile file = write(Optional.of(mark), anomalies);
    var unusedVersion =
        table.append(
            List.of(file), APPLICATION, Math.floorDiv(mark.closedUntil(), Key.Minute.MICROS));
    if (table.files().size() > MOST_FILES) {
      merge(mark);
    }
  }

  private void merge(Mark mark) {
    List<DataFile> files = table.files();
    List<Anomaly> kept =
        files.stream()
            .flatMap(file -> read(storage, file).anomalies().stream())
            .filter(anomaly -> !isOld(anomaly.minute(), mark.closedUntil()))
            .toList();
    // Where others were quicker, they have done it.
    var unusedOutcome =
        table.replace(
            files.stream().map(DataFile::path).toList(),
            List.of(write(Optional.of(mark), kept)),
            false);
  }

  /**
   * Whether an anomaly is so old, 30 days, that it leaves the table.
   *
   * @param minute its own, microseconds since 1970-01-01T00:00:00Z
   * @param judgedUntil up to where minutes have been judged, alike
   */
  public static boolean isOld(long minute, long judgedUntil) {
    return minute + KEPT.toNanos() / 1_000 < judgedUntil;
  }

  private DataFile write(Optional<Mark> mark, List<Anomaly> anomalies) {
    List<ColumnarBatch> batches = new ArrayList<>();
    mark.ifPresent(m -> batches.add(batch(1, JUDGED, columns(m))));
    if (!anomalies.isEmpty()) {
      batches.add(batch(anomalies.size(), ANOMALY, columns(anomalies)));
    }
    return table.write(batches);
  }

  private static ColumnarBatch batch(int size, String row, Map<String, ColumnVector> columns) {
    columns.put("row", Vectors.texts(size, index -> row));
    List<ColumnVector> all =
        SCHEMA.fields().stream()
            .map(
                field ->
                    columns.getOrDefault(field.getName(), Vectors.nulls(field.getDataType(), size)))
            .toList();
    return Vectors.batch(SCHEMA, size, all);
  }

  private static Map<String, ColumnVector> columns(Mark mark) {
    Map<String, ColumnVector> columns = new LinkedHashMap<>();
    columns.put("judged_until", Vectors.longs(TimestampType.TIMESTAMP, 1, i -> mark.closedUntil()));
    columns.put("last_active", Vectors.longs(TimestampType.TIMESTAMP, 1, i -> mark.lastActive()));
    columns.put("from_epoch", OneRow.of(mark.fromEpoch()));
    return columns;
  }

  private static Map<String, ColumnVector> columns(List<Anomaly> rows) {
    int size = rows.size();
    Map<String, ColumnVector> columns = new LinkedHashMap<>();
    columns.put("minute", Vectors.longs(TimestampType.TIMESTAMP, size, i -> rows.get(i).minute()));
    columns.put("minutes", Vectors.longs(LongType.LONG, size, i -> rows.get(i).minutes()));
    columns.put("kind", Vectors.texts(size, i -> rows.get(i).kind().wireName()));
    columns.put("event_type", Vectors.texts(size, i -> rows.get(i).eventType().orElse(null)));
    columns.put("channel", Vectors.texts(size, i -> rows.get(i).channel().orElse(null)));
    columns.put("lead_id", Vectors.texts(size, i -> rows.get(i).leadId().orElse(null)));
    columns.put("observed", decimals(rows, Anomaly::observed));
    columns.put("lower", decimals(rows, Anomaly::lower));
    columns.put("upper", decimals(rows, Anomaly::upper));
    columns.put("pool", Vectors.texts(size, i -> rows.get(i).pool()));
    columns.put("batch_run", Vectors.texts(size, i -> rows.get(i).batchRun()));
    columns.put("reason", Vectors.texts(size, i -> rows.get(i).reason()));
    return columns;
  }

  private static ColumnVector decimals(List<Anomaly> rows, Function<Anomaly, BigDecimal> value) {
    DataType type = ViewSchemas.MONEY;
    return Vectors.decimals(type, rows.size(), i -> value.apply(rows.get(i)).setScale(2));
  }

  /** Reads a file of the table. */
  public static Content read(Storage storage, DataFile file) {
    List<Mark> marks = new ArrayList<>();
    List<Anomaly> anomalies = new ArrayList<>();
    ParquetFiles.read(
        storage,
        file,
        SCHEMA,
        batch -> {
          for (int index = 0; index < batch.getSize(); index++) {
            OneRow row = new OneRow(batch, index);
            if (row.text("row").equals(JUDGED)) {
              marks.add(
                  new Mark(
                      row.number("judged_until"),
                      row.number("last_active"),
                      row.number("from_epoch")));
            } else {
              anomalies.add(anomaly(row));
            }
          }
        });
    return new Content(marks.stream().findFirst(), anomalies);
  }

  private static Anomaly anomaly(OneRow row) {
    return new Anomaly(
        row.number("minute"),
        row.number("minutes"),
        Anomaly.Kind.ofWireName(row.text("kind")),
        row.optionalText("event_type"),
        row.optionalText("channel"),
        row.optionalText("lead_id"),
        decimal(row, "observed"),
        decimal(row, "lower"),
        decimal(row, "upper"),
        row.text("pool"),
        row.text("batch_run"),
        row.text("reason"));
  }

  private static BigDecimal decimal(OneRow row, String name) {
    return row.column(name).getDecimal(row.index());
  }
}
