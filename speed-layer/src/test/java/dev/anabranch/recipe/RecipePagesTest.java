package dev.anabranch.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.lakehouse.spark.TestKafka;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of the pages in docs/recipes, run as they stand there by a shell, each in a process
 * of its own; Kafka and PostgreSQL are real.
 */
class RecipePagesTest {
  private static final Path PAGES = Path.of("../docs/recipes");
  private static final Pattern COMMANDS = Pattern.compile("```sh\\n(.*?)```", Pattern.DOTALL);
  private static final int EVENTS = 500;

  @TempDir private static Path folder;
  private static TestKafka kafka;
  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void theProducersPageFillsTheTopic() throws Exception {
    kafka = TestKafka.start(folder.resolve("kafka"));
    kafka.create("events", 2);
    postgres = EmbeddedPostgres.start();
    Files.writeString(folder.resolve("anabranch"), script()).toFile().setExecutable(true);
    assertThat(run("producer")).singleElement().asString().contains("events sent to events");
  }

  @AfterAll
  static void stop() throws IOException {
    postgres.close();
    kafka.close();
  }

  @Test
  void everyRecipeHasAPage() {
    assertThat(RecipeMain.commandLine().getSubcommands().keySet())
        .allSatisfy(
            name -> {
              assertThat(PAGES.resolve(name + ".md")).exists();
              assertThat(Files.readString(PAGES.resolve("README.md"))).contains(name + ".md");
            });
  }

  @Test
  void wordCount() throws Exception {
    String output = run("word-count").get(0);
    assertThat(output).contains("|  the|    3|\n|river|    2|\n|again|    1|");
    assertThat(output).contains(examples("word-count").get(0));
  }

  @Test
  void aggregations() throws Exception {
    List<String> outputs = run("aggregations");
    assertThat(outputs.get(0)).contains("web_visit", "Batch: 0", "|window");
    assertThat(outputs.get(0)).contains("lead_id", "|revenue");
    assertThat(outputs.get(1)).contains(examples("aggregations").get(0).strip());
  }

  @Test
  void kafkaToKafka() throws Exception {
    run("kafka-to-kafka");
    TopicContents purchases = TopicContents.of(kafka, "events.purchases");
    TopicContents others = TopicContents.of(kafka, "events.others");
    assertThat(purchases.values()).allMatch(value -> value.contains("\"purchase\""));
    assertThat(others.values()).noneMatch(value -> value.contains("\"purchase\""));
    assertThat(purchases.values().size() + others.values().size())
        .isEqualTo(TopicContents.of(kafka, "events").values().size());
    assertThat(purchases.keys()).allMatch(key -> key.startsWith("lead-"));
  }

  @Test
  void fileMonitor() throws Exception {
    String output = run("file-monitor").get(0);
    examples("file-monitor").get(0).lines().forEach(line -> assertThat(output).contains(line));
    assertThat(files("archive")).singleElement().asString().endsWith("monday.csv");
    assertThat(files("in")).singleElement().asString().endsWith("tuesday.csv");
    String damaged =
        files("out/damaged").stream()
            .filter(file -> file.toString().endsWith(".json"))
            .map(RecipePagesTest::text)
            .collect(Collectors.joining());
    assertThat(damaged).contains("m-3,lead-2,purchase,a lot").contains("monday.csv");
  }

  @Test
  void sinks() throws Exception {
    List<String> outputs = run("sinks");
    examples("sinks").get(0).lines().forEach(line -> assertThat(outputs.get(0)).contains(line));
    int sent = TopicContents.of(kafka, "events").values().size();
    assertThat(sent).isGreaterThan(EVENTS / 2);
    assertThat(outputs.get(0)).contains("delta: " + sent + " records read in this life");
    assertThat(TopicContents.of(kafka, "events.copy").values()).hasSize(sent);
    try (var connection = postgres.getPostgresDatabase().getConnection();
        ResultSet rows =
            connection.createStatement().executeQuery("SELECT count(*) FROM recipe_events")) {
      rows.next();
      assertThat(rows.getInt(1)).isEqualTo(sent);
    }
    assertThat(outputs.get(2)).contains("lead-");
  }

  @Test
  void monitoring() throws Exception {
    assertThat(run("monitoring").get(0))
        .contains("started: events-by-type", "epoch 0: ", "4 rows of state", "recipe_rows_total");
  }

  /** The output of each block of commands; only the last of them may fail, where it is to. */
  private static List<String> run(String page) throws Exception {
    List<String> outputs = new ArrayList<>();
    Matcher block = COMMANDS.matcher(Files.readString(PAGES.resolve(page + ".md")));
    while (block.find()) {
      outputs.add(shell(block.group(1)));
    }
    assertThat(outputs).isNotEmpty();
    return outputs;
  }

  private static String shell(String commands) throws Exception {
    Path output = Files.createTempFile(folder, "output", ".txt");
    ProcessBuilder shell =
        new ProcessBuilder("sh", "-c", commands)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    shell.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    shell.environment().put("DATABASE", postgres.getJdbcUrl("postgres", "postgres"));
    int code = shell.start().waitFor();
    String text = text(output);
    assertThat(code)
        .as("exit code of:%n%s%nwith output:%n%s", commands, text)
        .isEqualTo(commands.contains("--of leads --mode append") ? 1 : 0);
    return text;
  }

  /** What ./anabranch does with a recipe, on the class path of this test. */
  private static String script() {
    String flags =
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> flag.startsWith("--add-opens"))
            .collect(Collectors.joining(" "));
    return """
        #!/bin/sh
        shift
        exec %s -Xmx768m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Duser.timezone=UTC %s -Danabranch.kafka=%s dev.anabranch.recipe.RecipeMain "$@"
        """
        .formatted(
            Path.of(System.getProperty("java.home"), "bin", "java"),
            flags,
            kafka.bootstrapServers());
  }

  private static List<String> examples(String page) throws IOException {
    Matcher block =
        Pattern.compile("```text\\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(PAGES.resolve(page + ".md")));
    return block.results().map(result -> result.group(1)).toList();
  }

  private static List<Path> files(String below) throws IOException {
    try (Stream<Path> all = Files.walk(folder.resolve(below))) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
