package dev.anabranch.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.StatusDocument;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RescoringStatusTest {
  @TempDir Path folder;

  @Test
  void whatCouldNotBeWrittenIsWrittenTheNextTime() throws Exception {
    Storage storage = Storage.local();
    LakeLayout lake = new LakeLayout(folder.toUri());
    RescoringStatus status = new RescoringStatus(storage, lake);
    // A file where the folder of the status documents is to be.
    Path inTheWay = Files.createFile(folder.resolve("status"));
    status.waiting(Optional.empty(), "no champion");
    Files.delete(inTheWay);
    status.waiting(Optional.empty(), "no champion");
    Optional<JsonNode> written = StatusDocument.read(storage, lake.status("rescoring"));
    assertThat(written.map(it -> it.path("reason").asText())).contains("no champion");
  }
}
