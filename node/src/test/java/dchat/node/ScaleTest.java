package dchat.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code k8s/scale.sh} with a kubectl that notes what it is asked. */
@EnabledOnOs(
    value = {OS.LINUX, OS.MAC},
    disabledReason = "it is a script for bash")
class ScaleTest {
  @TempDir Path temp;

  @Test
  void nodes_leave_the_quorum_before_their_pods_go_and_volumes_go_last() throws Exception {
    assertThat(scale(5, "true", "3", "-n", "chat")).isZero();
    assertThat(calls())
        .containsExactly(
            "get statefulset dchat -o jsonpath={.spec.replicas}",
            "get statefulset dchat -o jsonpath={.spec.template.spec.volumes[*].name}",
            "get statefulset dchat -o jsonpath={.spec.template.spec.containers[0].image}",
            "delete job dchat-remove-dchat-4 --ignore-not-found",
            "apply -f - of dchat-4 with the image 5",
            "wait --for=condition=Complete job/dchat-remove-dchat-4 --timeout=5m",
            "scale statefulset dchat --replicas=4",
            "wait --for=delete pod/dchat-4 --timeout=5m",
            "delete pvc data-dchat-4",
            "get statefulset dchat -o jsonpath={.spec.template.spec.containers[0].image}",
            "delete job dchat-remove-dchat-3 --ignore-not-found",
            "apply -f - of dchat-3 with the image 5",
            "wait --for=condition=Complete job/dchat-remove-dchat-3 --timeout=5m",
            "scale statefulset dchat --replicas=3",
            "wait --for=delete pod/dchat-3 --timeout=5m",
            "delete pvc data-dchat-3");
  }

  @Test
  void nodes_with_keys_are_asked_by_https() throws Exception {
    assertThat(scaleWithVolume("tls", 4, "true", "3", "-n", "chat")).isZero();
    assertThat(calls()).contains("apply -f - of dchat-3 by https with the image 4");
  }

  @Test
  void a_node_that_could_not_be_removed_keeps_its_pod_and_its_volume() throws Exception {
    assertThat(scale(4, "[ \"$1\" != wait ]", "3", "-n", "chat")).isEqualTo(1);
    assertThat(calls()).noneMatch(call -> call.startsWith("scale") || call.contains("pvc"));
  }

  @Test
  void new_nodes_come_one_after_the_other() throws Exception {
    assertThat(scale(3, "true", "5", "-n", "chat")).isZero();
    assertThat(calls())
        .containsExactly(
            "get statefulset dchat -o jsonpath={.spec.replicas}",
            "scale statefulset dchat --replicas=4",
            "wait --for=condition=Ready pod/dchat-3 --timeout=10m",
            "scale statefulset dchat --replicas=5",
            "wait --for=condition=Ready pod/dchat-4 --timeout=10m");
  }

  @Test
  void a_number_is_needed_and_never_none() throws Exception {
    for (String wrong : List.of("", "0", "many", "-1")) {
      assertThat(scale(3, "true", wrong)).as(wrong).isEqualTo(1);
    }
    assertThat(temp.resolve("calls")).doesNotExist();
  }

  private int scale(int current, String succeeds, String... arguments) throws Exception {
    return scaleWithVolume("config", current, succeeds, arguments);
  }

  /**
   * @param volume one that pods have
   * @param succeeds what kubectl's exit code is the result of
   */
  private int scaleWithVolume(String volume, int current, String succeeds, String... arguments)
      throws Exception {
    Path kubectl = temp.resolve("kubectl");
    Files.writeString(
        kubectl,
        """
        #!/usr/bin/env bash
        [ "$1 $2" = "-n chat" ] && shift 2
        line="$*"
        if [ "$1" = apply ]; then
          input="$(cat)"
          [[ "$input" == *NODE* || "$input" == *IMAGE* ]] && exit 9
          line+=" of $(sed -n 's/.*"--id", "\\([^"]*\\)".*/\\1/p' <<< "$input")"
          [[ "$input" == *'"https://dchat:9000", "--ca", "/etc/dchat-tls/ca.crt"'* ]] && line+=" by https"
          line+=" with the image $(sed -n 's/.* image: //p' <<< "$input")"
        fi
        echo "$line" >> "CALLS"
        if [[ "$*" == *volumes* ]]; then
          echo "data VOLUMES tmp"
        elif [ "$1" = get ]; then
          echo CURRENT
        fi
        SUCCEEDS
        """
            .replace("CALLS", temp.resolve("calls").toString())
            .replace("CURRENT", Integer.toString(current))
            .replace("VOLUMES", volume)
            .replace("SUCCEEDS", succeeds));
    Files.setPosixFilePermissions(kubectl, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> command = new ArrayList<>(List.of("bash", "../k8s/scale.sh"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(temp.resolve("said").toFile());
    builder.environment().merge("PATH", temp.toString(), (path, first) -> first + ":" + path);
    Process process = builder.start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private List<String> calls() throws Exception {
    return Files.readAllLines(temp.resolve("calls"));
  }
}
