package dev.anabranch.lakehouse.spark;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.date_trunc;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import dev.anabranch.lakehouse.view.DistinctSketch;
import dev.anabranch.lakehouse.view.Key;
import dev.anabranch.lakehouse.view.Measure;
import dev.anabranch.lakehouse.view.View;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Views as Spark columns: what the batch layer makes of a view's one definition. */
public final class ViewColumns {
  private static final DataType MONEY = DataTypes.createDecimalType(38, 2);

  private ViewColumns() {}

  /** The columns of a view's rows, as {@code batch/VIEW} holds them. */
  public static StructType schema(View view) {
    StructType schema = new StructType();
    for (Key key : view.keys()) {
      schema = schema.add(key.name(), type(key));
    }
    for (Measure measure : view.measures()) {
      schema =
          measure instanceof Measure.Distinct distinct
              ? schema.add(distinct.sketchColumn(), DataTypes.BinaryType)
              : schema.add(measure.name(), type(measure));
    }
    for (Measure.Distinct distinct : distincts(view)) {
      schema = schema.add(distinct.name(), DataTypes.LongType);
    }
    return schema;
  }

  /**
   * The view over events (columns of {@link AcceptedEvents#SCHEMA}, each event once): a row a
   * group, in the columns of {@link #schema}, all measures exact.
   */
  public static Dataset<Row> aggregate(View view, Dataset<Row> events) {
    List<Measure.Distinct> distincts = distincts(view);
    List<Column> keys = view.keys().stream().map(key -> value(key).as(key.name())).toList();
    if (distincts.isEmpty()) {
      return grouped(events, keys, mergeable(view, ViewColumns::ofEvents)).select(columns(view));
    }
    // First by the distinct values too: cheap and spilling; then a sketch sees a value once a
    // group, and one distinct field alone is counted by its rows.
    Stream<Column> values =
        distincts.stream().map(d -> col(d.field().column()).as(valueColumn(d))).distinct();
    Dataset<Row> byValue =
        grouped(
            events,
            Stream.concat(keys.stream(), values).toList(),
            mergeable(view, ViewColumns::ofEvents));
    boolean alone = distincts.stream().map(Measure.Distinct::field).distinct().count() == 1;
    List<Column> measures = new ArrayList<>(mergeable(view, ViewColumns::ofRows));
    for (Measure.Distinct distinct : distincts) {
      String value = valueColumn(distinct);
      measures.add(
          expr("hll_sketch_agg(`%s`, %d)".formatted(value, DistinctSketch.LG_K))
              .as(distinct.sketchColumn()));
      measures.add((alone ? count(lit(1)) : countDistinct(value)).as(distinct.name()));
    }
    return grouped(byValue, keyColumns(view), measures).select(columns(view));
  }

  /** Whether rows over disjoint events merge exactly; exact distinct counts do not. */
  public static boolean mergesExactly(View view) {
    return distincts(view).isEmpty();
  }

  /**
   * Rows of a view over disjoint sets of events, merged by key.
   *
   * @throws IllegalArgumentException unless the view {@link #mergesExactly}
   */
  public static Dataset<Row> merge(View view, Dataset<Row> rows) {
    if (!mergesExactly(view)) {
      throw new IllegalArgumentException(
          "Rows of view %s do not merge: it counts distinct values".formatted(view.name()));
    }
    return grouped(rows, keyColumns(view), mergeable(view, ViewColumns::ofRows))
        .select(columns(view));
  }

  /** The view's key columns, in the order of its rows. */
  public static List<Column> keyColumns(View view) {
    return view.keys().stream().map(key -> col(key.name())).toList();
  }

  private static Dataset<Row> grouped(Dataset<Row> rows, List<Column> keys, List<Column> measures) {
    if (measures.isEmpty()) {
      return rows.select(keys.toArray(Column[]::new)).distinct();
    }
    Column[] rest = measures.subList(1, measures.size()).toArray(Column[]::new);
    return rows.groupBy(keys.toArray(Column[]::new)).agg(measures.get(0), rest);
  }

  private static Column[] columns(View view) {
    return Stream.of(schema(view).fieldNames()).map(name -> col(name)).toArray(Column[]::new);
  }

  private static Column value(Key key) {
    if (key instanceof Key.Text text) {
      return col(text.field().column());
    }
    return date_trunc("minute", col("event_time"));
  }

  /** A measure of events, or of rows that hold the measure already. */
  @FunctionalInterface
  private interface Aggregation {
    Optional<Column> of(Measure measure);
  }

  private static List<Column> mergeable(View view, Aggregation aggregation) {
    return view.measures().stream().flatMap(m -> aggregation.of(m).stream()).toList();
  }

  private static Optional<Column> ofEvents(Measure measure) {
    if (measure instanceof Measure.Count c) {
      Column counted =
          c.only().map(type -> when(col("event_type").equalTo(type.wireName()), 1)).orElse(lit(1));
      return Optional.of(count(counted).as(c.name()));
    } else if (measure instanceof Measure.Sum s) {
      return Optional.of(total(s.field().column()).as(s.name()));
    } else if (measure instanceof Measure.Min m) {
      return Optional.of(min(m.field().column()).as(m.name()));
    } else if (measure instanceof Measure.Max m) {
      return Optional.of(max(m.field().column()).as(m.name()));
    }
    return Optional.empty();
  }

  private static Optional<Column> ofRows(Measure measure) {
    if (measure instanceof Measure.Count c) {
      return Optional.of(sum(c.name()).as(c.name()));
    } else if (measure instanceof Measure.Sum s) {
      return Optional.of(total(s.name()).as(s.name()));
    } else if (measure instanceof Measure.Min m) {
      return Optional.of(min(m.name()).as(m.name()));
    } else if (measure instanceof Measure.Max m) {
      return Optional.of(max(m.name()).as(m.name()));
    }
    return Optional.empty();
  }

  /** Nothing to add up is 0.00, not null. */
  private static Column total(String money) {
    return coalesce(sum(money), lit(new BigDecimal("0.00"))).cast(MONEY);
  }

  private static String valueColumn(Measure.Distinct distinct) {
    return distinct.field().column() + "_value";
  }

  private static List<Measure.Distinct> distincts(View view) {
    return view.measures().stream()
        .filter(Measure.Distinct.class::isInstance)
        .map(Measure.Distinct.class::cast)
        .toList();
  }

  private static DataType type(Key key) {
    return key instanceof Key.Minute ? DataTypes.TimestampType : DataTypes.StringType;
  }

  private static DataType type(Measure measure) {
    if (measure instanceof Measure.Sum) {
      return MONEY;
    }
    return measure instanceof Measure.Count ? DataTypes.LongType : DataTypes.TimestampType;
  }
}
