package dev.anabranch.kappa;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.TileFiles;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.lakehouse.view.View;
import dev.anabranch.lakehouse.view.Views;
import dev.anabranch.speed.Compactor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/** Merges files of tiles: increments of a key become one. */
public record TileMerging(Storage storage, Path location) implements Compactor.Merging {
  @Override
  public EpochHeader header(DataFile file) {
    return TileFiles.read(storage, file, List.of()).header();
  }

  @Override
  public DataFile merge(List<DataFile> files, EpochHeader header) {
    Map<String, List<Tiles>> parts = new HashMap<>();
    for (DataFile file : files) {
      TileFiles.read(storage, file, Views.ALL)
          .tiles()
          .forEach((view, tiles) -> parts.computeIfAbsent(view, v -> new ArrayList<>()).add(tiles));
    }
    Map<String, Tiles> merged = new HashMap<>();
    for (View view : Views.ALL) {
      merged.put(view.name(), Tiles.merge(view, parts.getOrDefault(view.name(), List.of())));
    }
    return TileFiles.write(storage, location, header, merged);
  }

  /** Readers add increments up themselves. */
  @Override
  public boolean changesRows() {
    return false;
  }
}
