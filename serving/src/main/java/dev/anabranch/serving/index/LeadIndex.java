package dev.anabranch.serving.index;

import dev.anabranch.lakehouse.view.Leads;
import dev.anabranch.lakehouse.view.Tiles;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/** Rows of {@code leads}, by id, in small chunks: adding an epoch copies only those it touches. */
public final class LeadIndex implements Index<LeadIndex> {
  private static final int CHUNK_ROWS = 32;
  private static final int MOST_CHUNK_ROWS = 64;
  private static final LeadChunk[] NONE = {};

  private final LeadChunk[] chunks;

  private LeadIndex(LeadChunk[] chunks) {
    this.chunks = chunks;
  }

  /** A row of tiles. */
  public record Row(Tiles tiles, int row) {}

  static LeadIndex empty() {
    return new LeadIndex(NONE);
  }

  static LeadIndex of(Tiles tiles) {
    return empty().plus(tiles);
  }

  @Override
  public LeadIndex plus(Tiles tiles) {
    List<LeadChunk> result = new ArrayList<>(chunks.length + tiles.size() / CHUNK_ROWS + 1);
    int next = 0;
    for (int row = 0; row < tiles.size(); ) {
      int chunk = chunks.length == 0 ? 0 : chunkOf(tiles, row, next);
      result.addAll(Arrays.asList(chunks).subList(next, chunk));
      int end =
          chunk + 1 >= chunks.length
              ? tiles.size()
              : firstRowFrom(tiles, row + 1, chunks[chunk + 1].rows());
      Tiles added = tiles.slice(Leads.VIEW, row, end);
      cut(
          chunks.length == 0
              ? added
              : Tiles.merge(Leads.VIEW, List.of(chunks[chunk].rows(), added)),
          result);
      next = Math.min(chunks.length, chunk + 1);
      row = end;
    }
    result.addAll(Arrays.asList(chunks).subList(next, chunks.length));
    return new LeadIndex(result.toArray(LeadChunk[]::new));
  }

  /** The chunk where a row belongs, at or after one: the last that does not begin behind it. */
  private int chunkOf(Tiles tiles, int row, int from) {
    int low = from;
    int high = chunks.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (tiles.compareKeys(row, chunks[middle].rows(), 0) < 0) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return Math.max(from, low - 1);
  }

  private static void cut(Tiles rows, List<LeadChunk> result) {
    if (rows.size() <= MOST_CHUNK_ROWS) {
      if (rows.size() > 0) {
        result.add(new LeadChunk(rows));
      }
      return;
    }
    for (int from = 0; from < rows.size(); from += CHUNK_ROWS) {
      int to = Math.min(rows.size(), from + CHUNK_ROWS);
      result.add(new LeadChunk(rows.slice(Leads.VIEW, from, to)));
    }
  }

  /** The first row of the tiles, from one on, that belongs to the chunk or to a later one. */
  private static int firstRowFrom(Tiles tiles, int from, Tiles chunk) {
    int low = from;
    int high = tiles.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (tiles.compareKeys(middle, chunk, 0) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The row of one lead. */
  public Optional<Row> find(String leadId) {
    byte[] id = leadId.getBytes(StandardCharsets.UTF_8);
    int low = 0;
    int high = chunks.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (chunks[middle].rows().textKey(0).compare(0, id) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == 0 ? Optional.empty() : find(chunks[low - 1].rows(), id);
  }

  private static Optional<Row> find(Tiles rows, byte[] id) {
    int low = 0;
    int high = rows.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = rows.textKey(0).compare(middle, id);
      if (order == 0) {
        return Optional.of(new Row(rows, middle));
      } else if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return Optional.empty();
  }

  /**
   * The first rows of an order.
   *
   * @param after only rows behind this one, which need not be in the index
   */
  public List<Row> first(RowOrder order, Optional<Row> after, int limit) {
    PriorityQueue<Head> heads = new PriorityQueue<>(Math.max(1, chunks.length));
    for (LeadChunk chunk : chunks) {
      int rank = after.map(row -> chunk.ranksUpTo(order, row.tiles(), row.row())).orElse(0);
      if (rank < chunk.rows().size()) {
        heads.add(new Head(order, chunk, rank));
      }
    }
    List<Row> result = new ArrayList<>();
    while (result.size() < limit && !heads.isEmpty()) {
      Head head = heads.poll();
      result.add(new Row(head.chunk.rows(), head.row()));
      head.rank++;
      if (head.rank < head.chunk.rows().size()) {
        heads.add(head);
      }
    }
    return result;
  }

  /** The best row of a chunk that has not been taken yet. */
  private static final class Head implements Comparable<Head> {
    private final RowOrder order;
    private final LeadChunk chunk;
    private int rank;

    Head(RowOrder order, LeadChunk chunk, int rank) {
      this.order = order;
      this.chunk = chunk;
      this.rank = rank;
    }

    int row() {
      return chunk.row(order, rank);
    }

    @Override
    public int compareTo(Head other) {
      return order.compare(chunk.rows(), row(), other.chunk.rows(), other.row());
    }
  }
}
