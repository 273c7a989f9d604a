package dchat;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;

/** Knowledge flows one way, downwards: see node/README.md. */
@AnalyzeClasses(packages = "dchat", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule each_package_knows_only_those_below_it =
      Architectures.layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("node")
          .definedBy("dchat.node..")
          .optionalLayer("http")
          .definedBy("dchat.http..")
          .layer("chat")
          .definedBy("dchat.chat..")
          .layer("raft")
          .definedBy("dchat.raft..")
          .layer("journal")
          .definedBy("dchat.journal..")
          .layer("storage")
          .definedBy("dchat.storage..")
          .layer("tls")
          .definedBy("dchat.tls..")
          .whereLayer("tls")
          .mayOnlyBeAccessedByLayers("node", "http")
          .whereLayer("journal")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("node")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("http")
          .mayOnlyBeAccessedByLayers("node")
          .whereLayer("chat")
          .mayOnlyBeAccessedByLayers("node", "http")
          .whereLayer("raft")
          .mayOnlyBeAccessedByLayers("node", "http", "chat");

  @ArchTest
  static final ArchRule consensus_knows_nothing_of_chat_or_http =
      noClasses()
          .that()
          .resideInAPackage("dchat.raft..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  "dchat.chat..", "dchat.http..", "dchat.node..", "org.apache.pekko.http.."));

  @ArchTest
  static final ArchRule storage_knows_no_other_package_and_no_actors =
      noClasses()
          .that()
          .resideInAPackage("dchat.storage..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dchat..").and(not(resideInAPackage("dchat.storage.."))))
          .orShould()
          .dependOnClassesThat(resideInAPackage("org.apache.pekko.."));

  @ArchTest
  static final ArchRule keys_know_no_other_package_and_no_actors =
      noClasses()
          .that()
          .resideInAPackage("dchat.tls..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dchat..").and(not(resideInAPackage("dchat.tls.."))))
          .orShould()
          .dependOnClassesThat(resideInAPackage("org.apache.pekko.."));

  @ArchTest
  static final ArchRule chat_knows_no_http =
      noClasses()
          .that()
          .resideInAPackage("dchat.chat..")
          .should()
          .dependOnClassesThat(resideInAPackage("org.apache.pekko.http.."));

  @ArchTest
  static final ArchRule consensus_and_http_leave_sql_to_others =
      noClasses()
          .that()
          .resideInAnyPackage("dchat.raft..", "dchat.http..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                  "java.sql..", "javax.sql..", "org.jdbi..", "com.zaxxer..", "org.flywaydb.."));

  @ArchTest
  static final ArchRule of_start_up_only_what_is_kept_beside_the_journal_uses_sql =
      noClasses()
          .that()
          .resideInAPackage("dchat.node..")
          .and()
          .doNotHaveSimpleName("LearnedPeers")
          .and()
          .doNotHaveSimpleName("JoinMemory")
          .and()
          .doNotHaveSimpleName("RestoreMemory")
          .should()
          .dependOnClassesThat(resideInAnyPackage("javax.sql..", "org.jdbi.."));

  @ArchTest
  static final ArchRule one_class_knows_how_measurements_are_published =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("dchat.node.NodeMetrics")
          .should()
          .dependOnClassesThat(resideInAnyPackage("io.micrometer..", "io.prometheus.."));

  @ArchTest
  static final ArchRule the_server_knows_no_client =
      noClasses().should().dependOnClassesThat(resideInAPackage("dchat.client.."));

  @ArchTest
  static final ArchRule every_class_lives_in_a_room =
      classes()
          .should()
          .resideInAnyPackage(
              "dchat.node..",
              "dchat.http..",
              "dchat.chat..",
              "dchat.raft..",
              "dchat.journal..",
              "dchat.storage..",
              "dchat.tls..");
}
