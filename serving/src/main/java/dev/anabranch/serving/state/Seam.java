package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.lakehouse.view.View;
import dev.anabranch.lakehouse.view.Views;
import dev.anabranch.serving.index.ViewTiers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where batch and speed meet: lambda is the batch views of one run, merged with the tiles of every
 * epoch past the boundary of that run. A record lies below the boundary or in such an epoch, never
 * in both and never in neither, however late its event is. Immutable.
 *
 * @param run whose views {@code batch} holds; empty before the first run
 * @param batch the records below the boundary
 * @param speed the records past it
 * @param lambda both
 * @param speedIsEmpty whether no accepted event lies past the boundary
 * @param last the newest epoch in {@code speed}, or the boundary's
 */
record Seam(
    Optional<BatchRun> run,
    ViewTiers batch,
    ViewTiers speed,
    ViewTiers lambda,
    boolean speedIsEmpty,
    Optional<EpochHeader> last) {

  static final Seam EMPTY =
      new Seam(
          Optional.empty(),
          ViewTiers.EMPTY,
          ViewTiers.EMPTY,
          ViewTiers.EMPTY,
          true,
          Optional.empty());

  /** The boundary's epoch; below every epoch where there is no run. */
  long boundaryEpoch() {
    return run.map(BatchRun::boundaryEpoch).orElse(-1L);
  }

  /** This seam and an epoch more; one at or below the boundary is in the batch views already. */
  Seam plus(EpochHeader header, Map<String, Tiles> tiles) {
    if (header.epoch() <= boundaryEpoch()) {
      return this;
    }
    boolean empty = tiles.values().stream().allMatch(rows -> rows.size() == 0);
    return new Seam(
        run,
        batch,
        speed.plus(tiles),
        lambda.plus(tiles),
        speedIsEmpty && empty,
        Optional.of(header));
  }

  /** A seam at the boundary of a run, with the epochs past it. */
  static Seam of(Storage storage, BatchRun run, ViewTiers batch, List<EpochFollower.Entry> epochs) {
    Seam bare = new Seam(Optional.of(run), batch, ViewTiers.EMPTY, batch, true, Optional.empty());
    List<EpochFollower.Entry> past =
        epochs.stream().filter(e -> e.header().epoch() > run.boundaryEpoch()).toList();
    if (past.isEmpty()) {
      return bare;
    }
    Map<String, List<Tiles>> parts = new HashMap<>();
    for (EpochFollower.Entry entry : past) {
      entry
          .tiles(storage)
          .forEach((view, tiles) -> parts.computeIfAbsent(view, v -> new ArrayList<>()).add(tiles));
    }
    Map<String, Tiles> merged = new HashMap<>();
    for (View view : Views.ALL) {
      merged.put(view.name(), Tiles.merge(view, parts.getOrDefault(view.name(), List.of())));
    }
    return bare.plus(past.get(past.size() - 1).header(), merged);
  }
}
