package dev.anabranch.batch;

import static org.apache.spark.sql.functions.col;

import dev.anabranch.lakehouse.delta.Commit;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableTail;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.error.PlatformException;
import io.delta.tables.DeltaTable;
import io.delta.tables.DeltaTableBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.types.StructType;

/**
 * A Delta table that batch runs alone write, partitioned by one column. Data files are on the disk
 * for good when a write returns.
 */
final class BatchTable {
  /** Under this property a table says which definition its rows follow. */
  private static final String DEFINITION = "anabranch.definition";

  private final SparkSession spark;
  private final Storage storage;
  private final Path path;
  private final Layout layout;
  private final TableTail tail;

  /**
   * How a table is made.
   *
   * @param partition the column that it is partitioned by, one of the schema
   * @param order columns that the rows of a file are ordered by
   * @param definition changes where the rows would have to be made anew
   */
  record Layout(
      StructType schema,
      String partition,
      List<Column> order,
      String definition,
      Map<String, String> properties) {
    Layout {
      order = List.copyOf(order);
      properties = Map.copyOf(properties);
    }
  }

  BatchTable(SparkSession spark, Storage storage, Path path, Layout layout) {
    this.spark = spark;
    this.storage = storage;
    this.path = path;
    this.layout = layout;
    this.tail = new TableTail(storage, path);
  }

  /**
   * The table exists and stands at that version, whatever later ones left behind; empty: it has no
   * rows.
   */
  void rollBack(Optional<Long> version) {
    tail.poll();
    if (tail.version() == TableTail.NONE) {
      create(DeltaTable.createIfNotExists(spark));
    }
    long wanted = version.orElse(0L);
    if (tail.version() < wanted) {
      throw PlatformException.external(
          "%s stands at version %d, but the last published run wrote version %d: commits are gone. Restore the folder, or start with a new one."
              .formatted(path, tail.version(), wanted),
          null);
    }
    if (tail.version() > wanted) {
      DeltaTable.forPath(spark, path.toString()).restoreToVersion(wanted);
      tail.poll();
    }
  }

  /** Whether the rows follow the definition of this program. */
  boolean isCurrent() {
    scala.Option<String> definition =
        DeltaLog.forTable(spark, path)
            .update(false, scala.Option.empty(), scala.Option.empty())
            .metadata()
            .configuration()
            .get(DEFINITION);
    return definition.isDefined() && definition.get().equals(layout.definition());
  }

  /** Drops all rows and takes on the schema and the definition of this program. */
  void remake() {
    create(DeltaTable.replace(spark));
  }

  private void create(DeltaTableBuilder table) {
    layout.properties().forEach(table::property);
    table
        .location(path.toString())
        .addColumns(layout.schema())
        .partitionedBy(layout.partition())
        .property("delta.checkpointInterval", "100")
        .property("delta.deletedFileRetentionDuration", TableWriter.DELETED_FILE_RETENTION)
        .property(DEFINITION, layout.definition())
        .execute();
    tail.poll();
  }

  Path path() {
    return path;
  }

  long version() {
    return tail.version();
  }

  Dataset<Row> read() {
    return spark.read().format("delta").load(path.toString());
  }

  /** Rows in these partitions, by value. */
  Dataset<Row> read(List<?> partitions) {
    return read().filter(col(layout.partition()).isin(partitions.toArray()));
  }

  /** The rows of some files of the table. */
  Dataset<Row> readFiles(List<DataFile> files) {
    return spark
        .read()
        .schema(layout.schema())
        .option("basePath", path.toString())
        .parquet(files.stream().map(DataFile::path).toArray(String[]::new));
  }

  /** Adds rows; the files that hold them. */
  List<DataFile> append(Dataset<Row> rows) {
    return write(rows, writer -> writer.mode("append"));
  }

  /** Puts rows in the place of all rows of these partitions, in one commit. */
  void replace(List<?> partitions, Dataset<Row> rows) {
    write(rows, writer -> overwriting(writer, partitions));
  }

  /**
   * Of these partitions, writes anew those that lie in more files than that, in one commit; their
   * rows stay the same.
   */
  void compact(Set<String> partitions, int mostFiles) {
    Map<String, Long> files =
        tail.files().stream()
            .map(file -> file.partitionValues().getOrDefault(layout.partition(), ""))
            .filter(partitions::contains)
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    List<String> crowded =
        files.keySet().stream().filter(value -> files.get(value) > mostFiles).sorted().toList();
    if (!crowded.isEmpty()) {
      write(read(crowded), writer -> overwriting(writer, crowded).option("dataChange", "false"));
    }
  }

  private DataFrameWriter<Row> overwriting(DataFrameWriter<Row> writer, List<?> partitions) {
    String values =
        partitions.stream().map(value -> "'" + value + "'").collect(Collectors.joining(", "));
    String where = "%s IN (%s)".formatted(layout.partition(), values);
    return writer.mode("overwrite").option("replaceWhere", where);
  }

  /** How rows are written. */
  @FunctionalInterface
  private interface Mode {
    DataFrameWriter<Row> of(DataFrameWriter<Row> writer);
  }

  private List<DataFile> write(Dataset<Row> rows, Mode mode) {
    Column partition = col(layout.partition());
    Column[] order =
        Stream.concat(Stream.of(partition), layout.order().stream()).toArray(Column[]::new);
    // Rebalancing gathers the rows of a partition in one file, or in several where they are many.
    Dataset<Row> laidOut =
        rows.select(Stream.of(layout.schema().fieldNames()).map(c -> col(c)).toArray(Column[]::new))
            .hint("rebalance", partition.expr())
            .sortWithinPartitions(order);
    mode.of(laidOut.write().format("delta")).save(path.toString());
    List<DataFile> added = new ArrayList<>();
    for (Commit commit : tail.poll()) {
      added.addAll(commit.added());
    }
    added.forEach(this::sync);
    return added;
  }

  private void sync(DataFile file) {
    try {
      storage.sync(file.path());
    } catch (java.io.IOException e) {
      throw PlatformException.external(
          "Cannot write %s to the disk for good: %s".formatted(file.path(), e.getMessage()), e);
    }
  }
}
