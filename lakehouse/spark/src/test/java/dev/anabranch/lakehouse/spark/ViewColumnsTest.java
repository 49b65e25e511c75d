package dev.anabranch.lakehouse.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.lakehouse.lake.BatchViewFiles;
import dev.anabranch.lakehouse.view.Activity;
import dev.anabranch.lakehouse.view.Column;
import dev.anabranch.lakehouse.view.DistinctSketch;
import dev.anabranch.lakehouse.view.Leads;
import dev.anabranch.lakehouse.view.TestEvents;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.lakehouse.view.View;
import dev.anabranch.lakehouse.view.Views;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spark and the tiles make the same view of the same events: one definition. */
class ViewColumnsTest {
  private static SparkSession spark;
  @TempDir Path folder;

  @BeforeAll
  static void start() {
    spark = TestSpark.start();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void sparkAndTilesAgreeOnRandomEvents(long seed) throws IOException {
    List<Event> events = TestEvents.random(seed, 700);
    for (View view : Views.ALL) {
      Tiles expected = TestEvents.tiles(view, events);
      Tiles actual = throughParquet(view, ViewColumns.aggregate(view, rows(events)));
      assertThat(text(view, actual)).isEqualTo(text(view, expected));
    }
  }

  @Test
  void distinctLeadsAreCountedExactly() throws IOException {
    List<Event> events = TestEvents.random(4, 700);
    Tiles tiles = throughParquet(Activity.VIEW, ViewColumns.aggregate(Activity.VIEW, rows(events)));
    for (int row = 0; row < tiles.size(); row++) {
      Set<String> leads = new HashSet<>();
      for (Event event : events) {
        if (event.eventTimeMicros() / 60_000_000 * 60_000_000 == tiles.longKey(0).at(row)
            && event.type().wireName().equals(tiles.textKey(1).at(row))
            && event.channel().equals(tiles.textKey(2).at(row))) {
          leads.add(event.leadId());
        }
      }
      assertThat(tiles.distinctMeasure(2).exact()[row]).isEqualTo(leads.size());
    }
  }

  @Test
  void sketchesOfSparkMergeWithThoseOfTiles() throws IOException {
    // 30,000 leads by Spark and 30,000 by tiles, a third in both: 50,000.
    List<Event> left = visits(0, 30_000);
    List<Event> right = visits(20_000, 50_000);
    Tiles batch = throughParquet(Activity.VIEW, ViewColumns.aggregate(Activity.VIEW, rows(left)));
    Tiles speed = TestEvents.tiles(Activity.VIEW, right);
    Tiles merged = Tiles.merge(Activity.VIEW, List.of(batch, speed));
    assertThat(merged.size()).isEqualTo(1);
    assertThat(batch.distinctMeasure(2).exact()).containsExactly(30_000);
    assertThat(merged.distinctMeasure(2).exact()).containsExactly(Column.Distincts.UNKNOWN);
    assertThat((double) DistinctSketch.estimate(merged.distinctMeasure(2).sketches()[0]))
        .isCloseTo(50_000, within(2_500.0));
  }

  @Test
  void rowsMergeToTheViewOfAllEvents() throws IOException {
    List<Event> events = TestEvents.random(5, 700);
    Dataset<Row> early = ViewColumns.aggregate(Leads.VIEW, rows(events.subList(0, 300)));
    Dataset<Row> late = ViewColumns.aggregate(Leads.VIEW, rows(events.subList(300, 700)));
    Tiles merged =
        throughParquet(Leads.VIEW, ViewColumns.merge(Leads.VIEW, early.unionByName(late)));
    assertThat(text(Leads.VIEW, merged))
        .isEqualTo(text(Leads.VIEW, TestEvents.tiles(Leads.VIEW, events)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ViewColumns.merge(Activity.VIEW, spark.emptyDataFrame()))
        .withMessageContaining("activity");
  }

  @Test
  void schemasAreThoseThatServingReads() {
    for (View view : Views.ALL) {
      assertThat(ViewColumns.schema(view).fieldNames())
          .containsExactlyElementsOf(BatchViewFiles.schema(view).fieldNames());
      assertThat(ViewColumns.aggregate(view, rows(List.of())).schema().asNullable())
          .isEqualTo(ViewColumns.schema(view));
    }
  }

  private static List<Event> visits(int from, int until) {
    List<Event> events = new ArrayList<>();
    for (int lead = from; lead < until; lead++) {
      events.add(
          new Event(
              "e-" + lead,
              "lead-" + lead,
              EventType.WEB_VISIT,
              "email",
              Optional.empty(),
              0,
              1_700_000_000_000_000L));
    }
    return events;
  }

  private static Dataset<Row> rows(List<Event> events) {
    return TestSpark.events(spark, events);
  }

  /** As serving reads it: a Parquet file by Spark, its rows by the Kernel. */
  private Tiles throughParquet(View view, Dataset<Row> rows) throws IOException {
    Path written = folder.resolve(view.name());
    rows.coalesce(1).write().mode("overwrite").parquet(written.toUri().toString());
    try (Stream<Path> files = Files.list(written)) {
      Path file = files.filter(f -> f.toString().endsWith(".parquet")).findFirst().orElseThrow();
      DataFile data =
          new DataFile(
              new org.apache.hadoop.fs.Path(file.toUri()).toString(),
              Files.size(file),
              Files.getLastModifiedTime(file).toMillis(),
              Map.of(),
              -1);
      return BatchViewFiles.read(Storage.local(), data, view);
    }
  }

  /** Everything of the rows but the exact distinct counts, which tiles do not have. */
  private static List<String> text(View view, Tiles tiles) {
    List<String> rows = new ArrayList<>();
    for (int row = 0; row < tiles.size(); row++) {
      StringBuilder text = new StringBuilder();
      for (int k = 0; k < view.keys().size(); k++) {
        text.append(value(tiles.key(k), row)).append(' ');
      }
      for (int m = 0; m < view.measures().size(); m++) {
        text.append(value(tiles.measure(m), row)).append(' ');
      }
      rows.add(text.toString());
    }
    return rows;
  }

  private static Object value(Column column, int row) {
    if (column instanceof Column.Longs longs) {
      return longs.at(row);
    } else if (column instanceof Column.Texts texts) {
      return texts.at(row);
    } else if (column instanceof Column.Money money) {
      return money.at(row);
    }
    return DistinctSketch.estimate(((Column.Distincts) column).sketches()[row]);
  }
}
