package dev.anabranch.lakehouse.lake;

import dev.anabranch.lakehouse.view.Column;
import dev.anabranch.lakehouse.view.ColumnBuilder;
import dev.anabranch.lakehouse.view.Key;
import dev.anabranch.lakehouse.view.Measure;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.lakehouse.view.TilesAppender;
import dev.anabranch.lakehouse.view.View;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads rows of one view from column batches into tiles. */
final class RowReader {
  private static final BigInteger MONEY_BASE = BigInteger.TEN.pow(18);

  /** Copies the value of the current batch's row to a column. */
  private interface Cell {
    void read(int row);
  }

  private final View view;
  private final boolean batchView;
  private final TilesAppender rows;
  private final List<Cell> cells = new ArrayList<>();

  /**
   * @param batchView true for a batch view's table, which holds exact distinct counts beside the
   *     sketches
   */
  RowReader(View view, boolean batchView) {
    this.view = view;
    this.batchView = batchView;
    this.rows = new TilesAppender(view);
  }

  Set<String> columns() {
    return (batchView ? ViewSchemas.batchColumns(view) : ViewSchemas.tileColumns(view)).keySet();
  }

  void bind(ColumnarBatch batch) {
    cells.clear();
    for (int k = 0; k < view.keys().size(); k++) {
      Key key = view.keys().get(k);
      cells.add(cell(column(batch, key.name()), rows.key(k)));
    }
    for (int m = 0; m < view.measures().size(); m++) {
      Measure measure = view.measures().get(m);
      ColumnBuilder target = rows.measure(m);
      if (measure instanceof Measure.Distinct distinct) {
        ColumnVector sketches = column(batch, distinct.sketchColumn());
        ColumnBuilder.OfDistincts distincts = (ColumnBuilder.OfDistincts) target;
        if (batchView) {
          ColumnVector exact = column(batch, measure.name());
          cells.add(row -> distincts.append(sketches.getBinary(row), exact.getLong(row)));
        } else {
          cells.add(row -> distincts.append(sketches.getBinary(row), Column.Distincts.UNKNOWN));
        }
      } else {
        cells.add(cell(column(batch, measure.name()), target));
      }
    }
  }

  private static ColumnVector column(ColumnarBatch batch, String name) {
    return batch.getColumnVector(batch.getSchema().indexOf(name));
  }

  private static Cell cell(ColumnVector source, ColumnBuilder target) {
    if (target instanceof ColumnBuilder.OfLongs longs) {
      return row -> longs.append(source.isNullAt(row) ? 0 : source.getLong(row));
    } else if (target instanceof ColumnBuilder.OfTexts texts) {
      return row -> texts.append(source.getString(row));
    }
    ColumnBuilder.OfMoney money = (ColumnBuilder.OfMoney) target;
    return row -> {
      if (source.isNullAt(row)) {
        money.append(0, 0);
        return;
      }
      BigInteger[] parts =
          source.getDecimal(row).setScale(2).unscaledValue().divideAndRemainder(MONEY_BASE);
      money.append(parts[0].longValueExact(), parts[1].longValueExact());
    };
  }

  void read(int row) {
    for (Cell cell : cells) {
      cell.read(row);
    }
  }

  Tiles build() {
    return rows.build();
  }
}
