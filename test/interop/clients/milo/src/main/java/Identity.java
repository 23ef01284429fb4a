import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import org.eclipse.milo.opcua.sdk.client.identity.AnonymousProvider;
import org.eclipse.milo.opcua.sdk.client.identity.IdentityProvider;
import org.eclipse.milo.opcua.sdk.client.identity.UsernameProvider;
import org.eclipse.milo.opcua.sdk.client.identity.X509IdentityProvider;
import org.eclipse.milo.opcua.stack.core.util.CertificateUtil;

/** Certificates (DER) and keys (PKCS #8, DER) of the application and of its user. */
final class Identity {
  static String text(JsonObject request, String name) {
    return request.has(name) && !request.get(name).isJsonNull() ? request.get(name).getAsString() : "";
  }

  static X509Certificate certificate(String path) throws Exception {
    return CertificateUtil.decodeCertificate(Files.readAllBytes(Path.of(path)));
  }

  private static PrivateKey key(String path) throws Exception {
    return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(Files.readAllBytes(Path.of(path))));
  }

  static KeyPair keyPair(String certificate, String key) throws Exception {
    return new KeyPair(certificate(certificate).getPublicKey(), key(key));
  }

  static IdentityProvider provider(JsonObject request) throws Exception {
    if (!text(request, "userCertificate").isEmpty()) {
      return new X509IdentityProvider(certificate(text(request, "userCertificate")), key(text(request, "userKey")));
    }
    if (text(request, "user").isEmpty()) return new AnonymousProvider();
    return new UsernameProvider(text(request, "user"), text(request, "password"));
  }

  private Identity() {}
}
