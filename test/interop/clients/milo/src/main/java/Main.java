import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.Security;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.eclipse.milo.opcua.stack.core.UaException;

/**
 * A foreign OPC UA client (Eclipse Milo) driven by JSON lines: one request per line on stdin, one answer per line on
 * stdout, as support/ua-client.ts describes them.
 */
public final class Main {
  private static final Gson gson = new GsonBuilder().serializeNulls().serializeSpecialFloatingPointValues().create();
  private static final PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);

  private static synchronized void say(JsonObject message) {
    out.println(gson.toJson(message));
    out.flush();
  }

  /** A client wraps what the server said; the innermost status is the server's. */
  private static String statusOf(Throwable error) {
    String found = null;
    for (Throwable one = error; one != null; one = one.getCause()) {
      var status = UaException.extractStatusCode(one);
      if (status.isPresent()) found = Values.statusName(status.get());
    }
    return found == null ? error.getClass().getSimpleName() : found;
  }

  private static void answer(Session session, JsonObject request) {
    JsonObject message = new JsonObject();
    message.add("id", request.get("id"));
    try {
      JsonElement result = session.perform(request.get("do").getAsString(), request);
      message.add("result", result == null ? JsonNull.INSTANCE : result);
    } catch (Throwable error) {
      Throwable said = error instanceof ExecutionException && error.getCause() != null ? error.getCause() : error;
      error.printStackTrace();
      String text = said.toString();
      message.addProperty("error", text.substring(0, Math.min(500, text.length())));
      message.addProperty("status", statusOf(said));
    }
    say(message);
  }

  public static void main(String[] args) throws Exception {
    // Milo's logger must not write between the answers.
    System.setProperty("org.slf4j.simpleLogger.logFile", "System.err");
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    // Java knows the signatures of Aes256_Sha256_RsaPss by another name than Milo asks for.
    Security.addProvider(new BouncyCastleProvider());
    Session session = new Session(Main::say);
    ExecutorService pool = Executors.newCachedThreadPool();
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JsonObject request = JsonParser.parseString(line).getAsJsonObject();
      pool.execute(() -> answer(session, request));
    }
    System.exit(0);
  }

  private Main() {}
}
