package dev.anabranch.lakehouse.lake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.lakehouse.delta.Commit;
import dev.anabranch.lakehouse.delta.DataFile;
import dev.anabranch.lakehouse.delta.ParquetFiles;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.delta.TableWriter;
import dev.anabranch.lakehouse.delta.Vectors;
import dev.anabranch.lakehouse.error.PlatformException;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The models and which one is the champion, in {@code models/registry}: a row for each change,
 * committed right behind the state that it was decided on, so that the champion changes at one
 * instant for everybody and its history can be read for ever. Safe for use by several threads.
 */
public final class ModelRegistry {
  private static final StructType SCHEMA =
      new StructType()
          .add("number", LongType.LONG)
          .add("change", StringType.STRING)
          .add("version", LongType.LONG)
          .add("at", TimestampType.TIMESTAMP)
          .add("by", StringType.STRING)
          .add("reason", StringType.STRING)
          .add("card", StringType.STRING);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Storage storage;
  private final TableWriter table;
  private final Clock clock;
  private final SortedMap<Long, ModelChange> changes = new TreeMap<>();
  private final SortedMap<Long, ModelVersion> versions = new TreeMap<>();

  private ModelRegistry(Storage storage, TableWriter table, Clock clock) {
    this.storage = storage;
    this.table = table;
    this.clock = clock;
    table.files().forEach(this::apply);
  }

  /** Opens the registry, and makes it where there is none. */
  public static ModelRegistry open(Storage storage, LakeLayout lake, Clock clock) {
    return new ModelRegistry(
        storage, TableWriter.open(storage, lake.modelRegistry(), SCHEMA, clock), clock);
  }

  /** Looks for changes by others. */
  public synchronized void refresh() {
    for (Commit commit : table.refresh()) {
      commit.added().forEach(this::apply);
    }
  }

  /** All models, newest first. */
  public synchronized List<ModelVersion> versions() {
    return versions.values().stream()
        .sorted(Comparator.comparingLong(ModelVersion::version).reversed())
        .toList();
  }

  public synchronized Optional<ModelVersion> find(long version) {
    return Optional.ofNullable(versions.get(version));
  }

  /** Every change, oldest first. */
  public synchronized List<ModelChange> changes() {
    return List.copyOf(changes.values());
  }

  /** The model that scores. */
  public synchronized Optional<ModelVersion> champion() {
    List<Long> reign = reign();
    return reign.isEmpty() ? Optional.empty() : find(reign.get(reign.size() - 1));
  }

  /** The champion and those before it, newest first: who can stand in for it, in this order. */
  public synchronized List<ModelVersion> reigning() {
    List<ModelVersion> reigning = new ArrayList<>();
    for (long version : reign()) {
      find(version).ifPresent(it -> reigning.add(0, it));
    }
    return List.copyOf(reigning);
  }

  /** Puts a model in; who asks again with the same folder gets the version that it has. */
  public synchronized ModelVersion register(ObjectNode card, String by) {
    while (true) {
      refresh();
      String folder = card.path("folder").asText();
      Optional<ModelVersion> known =
          versions.values().stream().filter(v -> v.folder().equals(folder)).findAny();
      if (known.isPresent()) {
        return known.get();
      }
      long version = versions.isEmpty() ? 1 : versions.lastKey() + 1;
      if (commit(ModelChange.Kind.REGISTERED, version, by, "", card)) {
        return versions.get(version);
      }
    }
  }

  /**
   * Makes a model the champion; nothing happens where it is already.
   *
   * @throws PlatformException there is no such model, or the rule is against it
   */
  public synchronized ModelVersion promote(
      long version, String by, String reason, PromotionRule rule) {
    while (true) {
      refresh();
      ModelVersion wanted = find(version).orElseThrow(() -> unknown(version));
      Optional<ModelVersion> champion = champion();
      if (champion.isPresent() && champion.get().version() == version) {
        return wanted;
      }
      List<String> objections = rule.objections(wanted, champion);
      if (!objections.isEmpty()) {
        throw PlatformException.conflict(
            "Model %d is not promoted: %s.".formatted(version, String.join("; ", objections)));
      }
      if (commit(ModelChange.Kind.PROMOTED, version, by, reason, null)) {
        return wanted;
      }
    }
  }

  /**
   * Makes the champion before this one the champion again.
   *
   * @throws PlatformException there was none
   */
  public synchronized ModelVersion rollBack(String by, String reason) {
    while (true) {
      refresh();
      List<Long> reign = reign();
      if (reign.size() < 2) {
        throw PlatformException.conflict(
            "There is no earlier champion to go back to: %s."
                .formatted(
                    reign.isEmpty()
                        ? "no model was promoted"
                        : "model %d was the first".formatted(reign.get(0))));
      }
      long before = reign.get(reign.size() - 2);
      if (commit(ModelChange.Kind.ROLLED_BACK_TO, before, by, reason, null)) {
        return find(before).orElseThrow(() -> unknown(before));
      }
    }
  }

  /** Champions in the order of their promotion; who was rolled back is out of it. */
  private List<Long> reign() {
    List<Long> reign = new ArrayList<>();
    for (ModelChange change : changes.values()) {
      switch (change.kind()) {
        case REGISTERED -> {}
        case PROMOTED -> reign.add(change.version());
        case ROLLED_BACK_TO -> reign.remove(reign.size() - 1);
      }
    }
    return reign;
  }

  private PlatformException unknown(long version) {
    return PlatformException.notFound(
        "There is no model %d; there are %s."
            .formatted(version, versions.isEmpty() ? "none yet" : versions.keySet()));
  }

  private boolean commit(
      ModelChange.Kind kind, long version, String by, String reason, ObjectNode cardOrNull) {
    long number = changes.isEmpty() ? 1 : changes.lastKey() + 1;
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    ModelChange change = new ModelChange(number, kind, version, now, by, reason);
    List<ColumnVector> columns =
        List.of(
            OneRow.of(number),
            OneRow.of(kind.wireName()),
            OneRow.of(version),
            OneRow.of(now),
            OneRow.of(by),
            OneRow.of(reason),
            OneRow.ofText(Optional.ofNullable(cardOrNull).map(ObjectNode::toString)));
    long seen = table.version();
    DataFile file = table.write(List.of(Vectors.batch(SCHEMA, 1, columns)));
    boolean won = table.appendAfter(seen, List.of(file));
    if (won) {
      put(change, Optional.ofNullable(cardOrNull));
    }
    return won;
  }

  private void apply(DataFile file) {
    ParquetFiles.read(
        storage,
        file,
        SCHEMA,
        batch -> {
          for (int index = 0; index < batch.getSize(); index++) {
            OneRow row = new OneRow(batch, index);
            put(
                new ModelChange(
                    row.number("number"),
                    ModelChange.Kind.ofWireName(row.text("change")),
                    row.number("version"),
                    row.instant("at"),
                    row.text("by"),
                    row.text("reason")),
                row.optionalText("card").map(ModelRegistry::card));
          }
        });
  }

  private void put(ModelChange change, Optional<ObjectNode> card) {
    changes.put(change.number(), change);
    card.ifPresent(
        it -> versions.put(change.version(), new ModelVersion(change.version(), change.at(), it)));
  }

  private static ObjectNode card(String text) {
    try {
      return (ObjectNode) JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A model's card is no JSON: " + text, e);
    }
  }
}
