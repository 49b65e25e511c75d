package dev.anabranch.lakehouse.lake;

import dev.anabranch.lakehouse.view.Key;
import dev.anabranch.lakehouse.view.Measure;
import dev.anabranch.lakehouse.view.View;
import io.delta.kernel.types.BinaryType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.DecimalType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.TimestampType;
import java.util.LinkedHashMap;
import java.util.Map;

/** The columns that keys and measures have in tables. */
final class ViewSchemas {
  static final DecimalType MONEY = new DecimalType(38, 2);

  private ViewSchemas() {}

  static DataType type(Key key) {
    return key instanceof Key.Minute ? TimestampType.TIMESTAMP : StringType.STRING;
  }

  /** Columns of a measure, by name, in order. */
  static Map<String, DataType> columns(Measure measure) {
    Map<String, DataType> columns = new LinkedHashMap<>();
    if (measure instanceof Measure.Count) {
      columns.put(measure.name(), LongType.LONG);
    } else if (measure instanceof Measure.Sum) {
      columns.put(measure.name(), MONEY);
    } else if (measure instanceof Measure.Distinct distinct) {
      columns.put(distinct.sketchColumn(), BinaryType.BINARY);
    } else {
      columns.put(measure.name(), TimestampType.TIMESTAMP);
    }
    return columns;
  }

  /** Key and measure columns of a view's tiles. */
  static Map<String, DataType> tileColumns(View view) {
    Map<String, DataType> columns = new LinkedHashMap<>();
    view.keys().forEach(key -> columns.put(key.name(), type(key)));
    view.measures().forEach(measure -> columns.putAll(columns(measure)));
    return columns;
  }

  /** As {@link #tileColumns}, with the exact counts of distinct values beside their sketches. */
  static Map<String, DataType> batchColumns(View view) {
    Map<String, DataType> columns = new LinkedHashMap<>(tileColumns(view));
    for (Measure measure : view.measures()) {
      if (measure instanceof Measure.Distinct) {
        columns.put(measure.name(), LongType.LONG);
      }
    }
    return columns;
  }
}
