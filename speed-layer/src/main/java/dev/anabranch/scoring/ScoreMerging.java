package dev.anabranch.scoring;

import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.ScoreFiles;
import dev.anabranch.lakehouse.lake.TileFiles;
import dev.anabranch.lakehouse.lead.LeadScore;
import dev.anabranch.speed.Compactor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/** Merges files of scores: the newest score of each lead stays, and every one that was hot. */
record ScoreMerging(Storage storage, Path location) implements Compactor.Merging {
  @Override
  public EpochHeader header(DataFile file) {
    return TileFiles.read(storage, file, List.of()).header();
  }

  @Override
  public DataFile merge(List<DataFile> files, EpochHeader header) {
    Map<String, LeadScore> newest = new LinkedHashMap<>();
    List<LeadScore> hot = new ArrayList<>();
    for (DataFile file : files) {
      for (LeadScore score : ScoreFiles.read(storage, file)) {
        newest.merge(
            score.leadId(), score, (left, right) -> right.isNewerThan(left) ? right : left);
        if (score.hot()) {
          hot.add(score);
        }
      }
    }
    List<LeadScore> kept = new ArrayList<>(hot);
    newest.values().stream().filter(score -> !score.hot()).forEach(kept::add);
    return ScoreFiles.write(storage, location, header, kept);
  }

  @Override
  public boolean changesRows() {
    return true;
  }
}
