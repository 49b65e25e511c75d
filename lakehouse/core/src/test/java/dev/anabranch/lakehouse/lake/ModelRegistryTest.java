package dev.anabranch.lakehouse.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.error.PlatformException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelRegistryTest {
  private static final PromotionRule RULE = new PromotionRule(0.6, 1.5);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private ModelRegistry registry;

  @BeforeEach
  void open() {
    registry = another();
  }

  private ModelRegistry another() {
    return ModelRegistry.open(Storage.local(), new LakeLayout(folder.toUri()), Clock.systemUTC());
  }

  @Test
  void thereIsNoChampionUntilOneIsPromoted() {
    assertThat(registry.versions()).isEmpty();
    registry.register(card("a", 0.8), "me");
    assertThat(registry.champion()).isEmpty();
    registry.promote(1, "me", "first", RULE);
    assertThat(registry.champion().orElseThrow().folder()).isEqualTo("a");
    ModelRegistry later = another();
    assertThat(later.champion()).isEqualTo(registry.champion());
    assertThat(later.changes()).isEqualTo(registry.changes()).hasSize(2);
    assertThat(later.changes().get(1).by()).isEqualTo("me");
  }

  @Test
  void theSameFilesAreOneVersion() {
    assertThat(registry.register(card("a", 0.8), "me").version()).isEqualTo(1);
    assertThat(another().register(card("a", 0.8), "another").version()).isEqualTo(1);
    assertThat(another().register(card("b", 0.8), "another").version()).isEqualTo(2);
  }

  @Test
  void aWorseModelIsNotPromoted() {
    registry.register(card("a", 0.8), "me");
    registry.register(card("b", 0.7), "me");
    registry.register(card("c", 0.5), "me");
    registry.promote(1, "me", "", RULE);
    assertThatThrownBy(() -> registry.promote(2, "me", "", RULE))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("0.7000", "model 1", "0.8000");
    assertThatThrownBy(() -> registry.promote(3, "me", "", RULE)).hasMessageContaining("0.6000");
    assertThatThrownBy(() -> registry.promote(4, "me", "", RULE)).hasMessageContaining("[1, 2, 3]");
    assertThat(registry.champion().orElseThrow().version()).isEqualTo(1);
  }

  @Test
  void theChampionIsMeasuredOnTheSameRowsWhereItWas() {
    registry.register(card("a", 0.8), "me");
    registry.promote(1, "me", "", RULE);
    ObjectNode better = card("b", 0.75);
    better.putObject("compared_with").put("version", 1).put("auc", 0.7);
    registry.register(better, "me");
    assertThat(registry.promote(2, "me", "", RULE).version()).isEqualTo(2);
  }

  @Test
  void noBetterThanTheBaseRateIsNotGoodEnough() {
    ObjectNode card = card("a", 0.9);
    ((ObjectNode) card.get("metrics")).put("log_loss", 0.31);
    registry.register(card, "me");
    assertThatThrownBy(() -> registry.promote(1, "me", "", RULE)).hasMessageContaining("base rate");
  }

  @Test
  void rollingBackGoesBackOnceForEachPromotion() {
    assertThatThrownBy(() -> registry.rollBack("me", "")).hasMessageContaining("no model");
    for (String name : List.of("a", "b", "c")) {
      long version = registry.register(card(name, 0.8), "me").version();
      registry.promote(version, "me", "", RULE);
    }
    assertThat(registry.rollBack("me", "").version()).isEqualTo(2);
    assertThat(registry.rollBack("me", "").version()).isEqualTo(1);
    assertThatThrownBy(() -> registry.rollBack("me", "")).hasMessageContaining("model 1");
    registry.promote(3, "me", "", RULE);
    assertThat(another().champion().orElseThrow().version()).isEqualTo(3);
    assertThat(another().rollBack("me", "").version()).isEqualTo(1);
  }

  @Test
  void versionsOfSeveralWritersAreDistinct() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Long>> tasks = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        String name = "m" + i;
        tasks.add(() -> another().register(card(name, 0.8), "me").version());
      }
      List<Long> versions = new ArrayList<>();
      for (Future<Long> version : threads.invokeAll(tasks)) {
        versions.add(version.get());
      }
      assertThat(versions).doesNotHaveDuplicates().contains(1L, 20L);
    } finally {
      threads.shutdownNow();
    }
  }

  private static ObjectNode card(String folder, double auc) {
    ObjectNode card = JSON.createObjectNode();
    card.put("folder", folder);
    card.putObject("metrics")
        .put("auc", auc)
        .put("lift_top_decile", 2.0)
        .put("log_loss", 0.2)
        .put("log_loss_baseline", 0.3);
    return card;
  }
}
