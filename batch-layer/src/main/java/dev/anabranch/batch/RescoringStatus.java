package dev.anabranch.batch;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.batch.training.Rescoring.Scored;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.lake.LakeLayout;
import dev.anabranch.lakehouse.lake.StatusDocument;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the scoring of all leads says of itself: the document {@code status/rescoring.json}, written
 * when it changes, and again where that failed. Its state is {@code scored}, {@code waiting} or
 * {@code failed}, the latter two with a reason; model, batch run, number of leads and time are
 * those of the scores that readers see, null where there are none.
 */
final class RescoringStatus {
  private static final Logger LOG = LoggerFactory.getLogger(RescoringStatus.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Storage storage;
  private final Path file;
  private ObjectNode said = JSON.createObjectNode();
  private ObjectNode written = JSON.createObjectNode();

  RescoringStatus(Storage storage, LakeLayout lake) {
    this.storage = storage;
    this.file = lake.status("rescoring");
  }

  /** The scores are those that they are to be. */
  void scored(Optional<Scored> last) {
    write("scored", last, Optional.empty());
  }

  /** Something is missing that others bring. */
  void waiting(Optional<Scored> last, String reason) {
    if (write("waiting", last, Optional.of(reason))) {
      LOG.info("Leads are not scored by the batch layer: {}", reason);
    }
  }

  /** They were to be made anew, and that failed; it is tried again. */
  void failed(Optional<Scored> last, String reason) {
    write("failed", last, Optional.of(reason));
  }

  /**
   * @return whether that is news
   */
  private boolean write(String state, Optional<Scored> last, Optional<String> reason) {
    ObjectNode document = JSON.createObjectNode();
    document.put("name", "rescoring");
    document.put("state", state);
    document.put("reason", reason.orElse(null));
    document.put("model_version", last.map(Scored::modelVersion).orElse(null));
    document.put("batch_run", last.map(Scored::batchRun).orElse(null));
    document.put("leads", last.map(Scored::leads).orElse(null));
    document.put("scored_at", last.map(scored -> scored.at().toString()).orElse(null));
    boolean changed = !document.equals(said);
    said = document;
    if (!document.equals(written) && StatusDocument.tryToWrite(storage, file, document)) {
      written = document;
    }
    return changed;
  }
}
