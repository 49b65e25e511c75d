package dev.anabranch.airflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.anabranch.airflow.model.RunKey;
import dev.anabranch.airflow.model.RunState;
import dev.anabranch.airflow.model.TaskInstance;
import dev.anabranch.airflow.model.Trigger;
import dev.anabranch.airflow.server.ScriptedServer;
import dev.anabranch.airflow.server.ScriptedServer.Reply;
import dev.anabranch.airflow.server.ScriptedServer.Request;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The README's example, as it stands there. */
class ExampleTest {

  private static final Path SOURCE =
      Path.of("src/test/java/dev/anabranch/airflow/ExampleTest.java");

  private static void example(URI url, String user, String password) throws InterruptedException {
    AirflowClient airflow =
        new AirflowClient(AirflowSettings.of(url, new Credentials(user, password)));
    RunKey run = new RunKey("anabranch_batch", "my-own-id");
    airflow.trigger(new Trigger(run, Map.of("depth", 2), Optional.of("by hand"))); // twice: one run
    if (airflow.run(run).state() == RunState.FAILED) {
      for (TaskInstance task : airflow.tasks(run)) {
        airflow.log(task.key(), task.tryNumber()).forEach(System.out::println);
      }
      airflow.retryFailed(run);
    }
  }

  @Test
  void asksWhatItSays() throws Exception {
    String run =
        "{\"dag_id\":\"d\",\"dag_run_id\":\"r\",\"state\":\"failed\",\"run_type\":\"manual\"}";
    String tasks =
        """
        {"task_instances":[{"dag_id":"d","dag_run_id":"r","task_id":"t","map_index":-1,
          "state":"failed","try_number":2}],"total_entries":1}""";
    try (ScriptedServer server = ScriptedServer.start()) {
      server.next(
          Reply.json(200, run),
          Reply.json(200, run),
          Reply.json(200, tasks),
          Reply.json(200, "{\"content\":[\"a line\"]}"),
          Reply.json(200, tasks));
      example(server.url(), "user", "password");
      assertThat(server.requests())
          .extracting(Request::method)
          .containsExactly("POST", "GET", "GET", "GET", "POST");
    }
  }

  @Test
  void standsInTheReadme() throws IOException {
    String source = Files.readString(SOURCE);
    int begin = source.indexOf('\n', source.indexOf("void example(")) + 1;
    String body = source.substring(begin, source.indexOf("\n  }\n", begin) + 1);
    String readme = Files.readString(Path.of("README.md"));
    assertThat(readme).contains("```java\n" + body.replaceAll("(?m)^    ", "") + "```");
  }
}
