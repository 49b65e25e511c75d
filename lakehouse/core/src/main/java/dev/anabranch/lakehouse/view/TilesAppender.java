package dev.anabranch.lakehouse.view;

/** Builds tiles from rows; {@link #build} orders them where they did not come in order. */
public final class TilesAppender {
  private final View view;
  private final ColumnBuilder[] keys;
  private final ColumnBuilder[] measures;

  public TilesAppender(View view) {
    this.view = view;
    keys = view.keys().stream().map(ColumnBuilder::of).toArray(ColumnBuilder[]::new);
    measures = view.measures().stream().map(ColumnBuilder::of).toArray(ColumnBuilder[]::new);
  }

  /** The builder of a key's column: for readers that fill all columns of a row themselves. */
  public ColumnBuilder key(int position) {
    return keys[position];
  }

  /** The builder of a measure's column; as {@link #key}. */
  public ColumnBuilder measure(int position) {
    return measures[position];
  }

  void append(Tiles source, int row) {
    append(source, row, row + 1);
  }

  void append(Tiles source, int from, int to) {
    for (int k = 0; k < keys.length; k++) {
      keys[k].append(source.key(k), from, to);
    }
    for (int m = 0; m < measures.length; m++) {
      measures[m].append(source.measure(m), from, to);
    }
  }

  void combine(Tiles source, int row) {
    for (int m = 0; m < measures.length; m++) {
      measures[m].combine(source.measure(m), row);
    }
  }

  public Tiles build() {
    return buildSorted().sorted(view);
  }

  /** As {@link #build}, of rows that came in order, a key once. */
  Tiles buildSorted() {
    return new Tiles(view, built(keys), built(measures));
  }

  private static Column[] built(ColumnBuilder[] builders) {
    Column[] columns = new Column[builders.length];
    for (int i = 0; i < builders.length; i++) {
      columns[i] = builders[i].build();
    }
    return columns;
  }
}
