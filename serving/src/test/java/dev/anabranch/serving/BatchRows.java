package dev.anabranch.serving;

import dev.anabranch.lakehouse.delta.Vectors;
import dev.anabranch.lakehouse.event.Event;
import dev.anabranch.lakehouse.lake.BatchViewFiles;
import dev.anabranch.lakehouse.view.Column;
import dev.anabranch.lakehouse.view.Key;
import dev.anabranch.lakehouse.view.Measure;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.lakehouse.view.View;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntToLongFunction;

/** Rows of a batch view, with exact counts of distinct values beside the sketches. */
final class BatchRows {
  private BatchRows() {}

  static ColumnarBatch of(View view, Tiles tiles, List<Event> events) {
    Map<String, Column> columns = new HashMap<>();
    for (int k = 0; k < view.keys().size(); k++) {
      columns.put(view.keys().get(k).name(), tiles.key(k));
    }
    Map<String, IntToLongFunction> exact = new HashMap<>();
    for (int m = 0; m < view.measures().size(); m++) {
      Measure measure = view.measures().get(m);
      if (measure instanceof Measure.Distinct distinct) {
        columns.put(distinct.sketchColumn(), tiles.measure(m));
        exact.put(measure.name(), exact(view, tiles, distinct, events));
      } else {
        columns.put(measure.name(), tiles.measure(m));
      }
    }
    StructType schema = BatchViewFiles.schema(view);
    List<ColumnVector> vectors = new ArrayList<>();
    for (StructField field : schema.fields()) {
      vectors.add(
          exact.containsKey(field.getName())
              ? Vectors.longs(LongType.LONG, tiles.size(), exact.get(field.getName()))
              : vector(field.getDataType(), columns.get(field.getName())));
    }
    return Vectors.batch(schema, tiles.size(), vectors);
  }

  private static IntToLongFunction exact(
      View view, Tiles tiles, Measure.Distinct measure, List<Event> events) {
    Map<List<Object>, Set<String>> values = new HashMap<>();
    for (Event event : events) {
      List<Object> group = new ArrayList<>();
      for (Key key : view.keys()) {
        group.add(
            key instanceof Key.Text text
                ? text.field().of(event)
                : (Object) Key.Minute.floor(event.eventTimeMicros()));
      }
      values.computeIfAbsent(group, key -> new HashSet<>()).add(measure.field().of(event));
    }
    return row -> {
      List<Object> group = new ArrayList<>();
      for (int k = 0; k < view.keys().size(); k++) {
        group.add(
            tiles.key(k) instanceof Column.Longs longs
                ? (Object) longs.at(row)
                : tiles.textKey(k).at(row));
      }
      return values.get(group).size();
    };
  }

  private static ColumnVector vector(DataType type, Column column) {
    if (column instanceof Column.Longs longs) {
      return Vectors.longs(type, longs.size(), longs::at);
    } else if (column instanceof Column.Texts texts) {
      return Vectors.texts(texts.size(), texts::at);
    } else if (column instanceof Column.Money money) {
      return Vectors.decimals(type, money.size(), money::at);
    }
    Column.Distincts distincts = (Column.Distincts) column;
    return Vectors.binaries(distincts.size(), row -> distincts.sketches()[row]);
  }
}
