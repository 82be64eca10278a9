import org.apache.solr.embedded.JettyConfig;
import org.apache.solr.embedded.JettySolrRunner;

/** Runs Solr on a port of loopback until it is killed. Arguments: Solr's home folder, the port. */
public final class SolrLauncher {
  public static void main(String[] arguments) throws InterruptedException {
    JettyConfig config =
        JettyConfig.builder().setContext("/solr").setPort(Integer.parseInt(arguments[1])).build();
    JettySolrRunner solr = new JettySolrRunner(arguments[0], config);
    try {
      solr.start();
    } catch (Exception slow) {
      // start() gives up waiting after 1.5 s though the server goes on starting. Whoever started this program
      // polls the server, so only the reason is told here.
      slow.printStackTrace();
    }
    Thread.currentThread().join();
  }
}
