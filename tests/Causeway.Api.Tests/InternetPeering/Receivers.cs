using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Causeway.Api.Tests.InternetPeering;

/// <summary>A mail server of a test's own: it takes mail, or says that it is busy.</summary>
internal sealed class SmallMailServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly Task _accepting;
    private readonly CancellationTokenSource _end = new();
    private readonly X509Certificate2? _certificate;
    private readonly (string User, string Password)? _login;

    /// <param name="certificate">It offers STARTTLS with this, and takes no mail without.</param>
    /// <param name="login">It takes mail of this user with this password only.</param>
    public SmallMailServer(int port, X509Certificate2? certificate = null, (string User, string Password)? login = null)
    {
        (_certificate, _login) = (certificate, login);
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>How many of the next are told to come again.</summary>
    public int Busy;

    /// <summary>How many were told so.</summary>
    public int Refused;

    /// <summary>How many would not go on with the certificate.</summary>
    public int Distrusted;

    /// <summary>Who said who they are, well or not.</summary>
    public ConcurrentQueue<string> Logins { get; } = [];

    /// <summary>Whole letters, heads and all, each with its recipients.</summary>
    public ConcurrentQueue<(string To, string Text)> Letters { get; } = [];

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
            try
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                return;
            }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
            await TalkAsync(client.GetStream(), isSecure: false);
    }

    /// <summary>True when anything was said to us.</summary>
    private async Task<bool> TalkAsync(Stream stream, bool isSecure)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
        var to = new List<string>();
        bool known = _login is null,
            heard = false;
        if (!isSecure)
            await writer.WriteLineAsync("220 small ESMTP");
        for (; await reader.ReadLineAsync() is { } line; heard = true)
            switch (line.Split(' ', ':')[0].ToUpperInvariant())
            {
                case "EHLO":
                    await writer.WriteLineAsync(
                        $"250-small\r\n{(_certificate is null || isSecure ? "" : "250-STARTTLS\r\n")}{(_login is null ? "" : "250-AUTH PLAIN\r\n")}250 8BITMIME"
                    );
                    break;
                case "STARTTLS" when _certificate is not null && !isSecure:
                    await writer.WriteLineAsync("220 go on");
                    await HandshakeAsync(stream, _certificate);
                    return true;
                case "AUTH" when _login is { } login:
                    string[] said = Encoding.UTF8.GetString(Convert.FromBase64String(line.Split(' ')[^1])).Split('\0');
                    Logins.Enqueue(said[1]);
                    known = said[1] == login.User && said[2] == login.Password;
                    await writer.WriteLineAsync(known ? "235 welcome" : "535 no");
                    break;
                case "MAIL" when !known:
                    await writer.WriteLineAsync("530 who are you?");
                    break;
                case "MAIL" when Interlocked.Decrement(ref Busy) >= 0:
                    Interlocked.Increment(ref Refused);
                    await writer.WriteLineAsync("451 busy");
                    break;
                case "RCPT":
                    to.Add(line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)]);
                    await writer.WriteLineAsync("250 ok");
                    break;
                case "DATA":
                    await writer.WriteLineAsync("354 go on");
                    var text = new StringBuilder();
                    while (await reader.ReadLineAsync() is { } part && part != ".")
                        text.AppendLine(part);
                    Letters.Enqueue((string.Join(',', to), text.ToString()));
                    await writer.WriteLineAsync("250 taken");
                    break;
                case "QUIT":
                    await writer.WriteLineAsync("221 bye");
                    return true;
                default:
                    await writer.WriteLineAsync("250 ok");
                    break;
            }
        return heard;
    }

    /// <summary>Whoever does not trust the certificate goes away here. With TLS 1.3 the client's refusal comes after our side is done.</summary>
    private async Task HandshakeAsync(Stream stream, X509Certificate2 certificate)
    {
        await using var tls = new SslStream(stream);
        try
        {
            await tls.AuthenticateAsServerAsync(certificate);
            if (!await TalkAsync(tls, isSecure: true))
                Interlocked.Increment(ref Distrusted);
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            Interlocked.Increment(ref Distrusted);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }
}

/// <summary>A receiver of webhooks of a test's own: it takes events, or answers 500.</summary>
internal sealed class SmallReceiver : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    public SmallReceiver(int port)
    {
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>How many of the next are answered 500.</summary>
    public int Failing;

    /// <summary>Every request that came, answered well or not.</summary>
    public ConcurrentQueue<(string Id, string Stamp, string Signature, string Type, byte[] Body, bool Taken)> Events { get; } = [];

    private async Task ServeAsync()
    {
        while (true)
            try
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                bool taken = Interlocked.Decrement(ref Failing) < 0;
                string Head(string name) => context.Request.Headers[name] ?? "";
                Events.Enqueue(
                    (Head("webhook-id"), Head("webhook-timestamp"), Head("webhook-signature"), Head("Content-Type"), body.ToArray(), taken)
                );
                context.Response.StatusCode = taken ? 204 : 500;
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }
}
