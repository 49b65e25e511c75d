package dev.anabranch.serving.state;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableTail;
import dev.anabranch.lakehouse.lake.BatchRun;
import dev.anabranch.lakehouse.lake.BatchViewFiles;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.view.Activity;
import dev.anabranch.lakehouse.view.Leads;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.lakehouse.view.View;
import dev.anabranch.serving.index.ActivityIndex;
import dev.anabranch.serving.index.ViewTiers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads the batch views of a run, at the versions that it published. A file is read once, and the
 * index of a partition that a run did not change is taken over as it is, with its roll-ups. Not
 * safe for use by several threads at once.
 */
final class BatchViews {
  private final Storage storage;
  private final LakeLayout lake;
  private final Map<String, TableTail> tails = new HashMap<>();
  private Map<String, Tiles> leadsByPath = new HashMap<>();
  private Map<Map<String, String>, Partition> activity = new HashMap<>();

  private record Partition(Set<String> paths, ActivityIndex index) {}

  BatchViews(Storage storage, LakeLayout lake) {
    this.storage = storage;
    this.lake = lake;
  }

  ViewTiers load(BatchRun run) {
    ActivityIndex minutes = activity(files(run, Activity.VIEW));
    Map<String, Tiles> leads = new HashMap<>();
    for (DataFile file : files(run, Leads.VIEW)) {
      Tiles known = leadsByPath.get(file.path());
      leads.put(
          file.path(), known != null ? known : BatchViewFiles.read(storage, file, Leads.VIEW));
    }
    leadsByPath = leads;
    return ViewTiers.of(minutes, Tiles.merge(Leads.VIEW, List.copyOf(leads.values())));
  }

  private List<DataFile> files(BatchRun run, View view) {
    String table = "batch/" + view.name();
    long version = run.versions().getOrDefault(table, TableTail.NONE);
    TableTail tail =
        tails.computeIfAbsent(table, name -> new TableTail(storage, lake.batchView(view)));
    if (tail.version() > version) {
      tail.reset();
    }
    tail.poll(version);
    if (tail.version() != version) {
      throw new IllegalStateException(
          "Run %s published version %d of %s, but only version %d can be read: was the table deleted?"
              .formatted(run.runId(), version, table, tail.version()));
    }
    return tail.files();
  }

  private ActivityIndex activity(List<DataFile> files) {
    Map<Map<String, String>, List<DataFile>> held = new HashMap<>();
    for (DataFile file : files) {
      held.computeIfAbsent(file.partitionValues(), p -> new ArrayList<>()).add(file);
    }
    Map<Map<String, String>, Partition> partitions = new HashMap<>();
    held.forEach((values, its) -> partitions.put(values, partition(values, its)));
    activity = partitions;
    return ActivityIndex.join(partitions.values().stream().map(Partition::index).toList());
  }

  private Partition partition(Map<String, String> values, List<DataFile> files) {
    Set<String> paths = files.stream().map(DataFile::path).collect(Collectors.toSet());
    Partition known = activity.get(values);
    if (known != null && known.paths().equals(paths)) {
      return known;
    }
    List<Tiles> parts =
        files.stream().map(file -> BatchViewFiles.read(storage, file, Activity.VIEW)).toList();
    return new Partition(paths, ActivityIndex.of(Tiles.merge(Activity.VIEW, parts)));
  }
}
