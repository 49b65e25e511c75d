package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableTail;
import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.lakehouse.lake.BatchViewFiles;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.lakehouse.view.View;
import dev.anabranch.lakehouse.view.Views;
import dev.anabranch.serving.index.ViewTiers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/** Reads the batch views of a run, at the versions that it published; a file is read once. */
final class BatchViews {
  private final Storage storage;
  private final LakeLayout lake;
  private final Map<String, TableTail> tails = new HashMap<>();
  private final Map<String, Tiles> files = new HashMap<>();

  BatchViews(Storage storage, LakeLayout lake) {
    this.storage = storage;
    this.lake = lake;
  }

  ViewTiers load(BatchRun run) {
    Map<String, Tiles> views = new HashMap<>();
    Map<String, Tiles> used = new HashMap<>();
    for (View view : Views.ALL) {
      Path table = lake.batchView(view);
      long version = run.versions().getOrDefault("batch/" + view.name(), TableTail.NONE);
      TableTail tail = tails.computeIfAbsent(view.name(), v -> new TableTail(storage, table));
      if (tail.version() > version) {
        tail.reset();
      }
      tail.poll(version);
      List<Tiles> parts = new ArrayList<>();
      for (DataFile file : tail.files()) {
        Tiles rows = files.get(file.path());
        if (rows == null) {
          rows = BatchViewFiles.read(storage, file, view);
        }
        used.put(file.path(), rows);
        parts.add(rows);
      }
      views.put(view.name(), Tiles.merge(view, parts));
    }
    files.clear();
    files.putAll(used);
    return ViewTiers.of(views);
  }
}
