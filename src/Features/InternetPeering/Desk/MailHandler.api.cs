using System.Collections.Immutable;
using System.Net.Sockets;
using Causeway.Domain.InternetPeering;
using Causeway.Domain.Topology;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Logging;
using MimeKit;

namespace Causeway.Api.InternetPeering;

/// <summary>
/// Sends what was said as mail: what the peer did to the operator, everything else to the peer's contacts, in their language. A server that is away or busy is
/// tried again; what it refuses for good (an address that is none) is said in the log, and stands in the peering's messages all the same.
/// </summary>
public sealed partial class MailHandler(Engine engine, PeerAsnWorkflow asns, Func<NetworkTopology> topology, ILogger<MailHandler> log)
    : IEffectHandler
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    public string Kind => Notice.Mail;

    /// <summary>As mail servers do it: five days (RFC 5321 §4.5.4.1).</summary>
    public EffectPolicy Policy { get; } =
        new()
        {
            Deadline = s_deadline,
            GiveUpAfter = TimeSpan.FromDays(5),
            Parallel = 2,
        };

    public ImmutableArray<Addressed> GiveUp(Effect effect, string why)
    {
        NotDelivered(effect.Resource.Text, why);
        return [];
    }

    public async Task<EffectOutcome> RunAsync(Effect effect, CancellationToken cancellation)
    {
        // Switched off since: what was said stands in the peering's messages.
        if (topology() is not { Mail: { } mail, Asn: var ours })
            return new EffectOutcome.Done();
        Notice notice = Notice.Read(effect);
        MailboxAddress[] to = notice.By == "peer" ? Addresses([mail.Operator]) : Addresses(await ContactsAsync(notice, cancellation));
        if (to.Length == 0)
            return new EffectOutcome.Done();
        using var message = new MimeMessage();
        (string subject, string body) = MessageTemplates.Of(notice, ours, notice.Language ?? mail.Language);
        message.From.Add(MailboxAddress.Parse(mail.From));
        message.To.AddRange(to);
        message.Subject = subject;
        message.Date = notice.At;
        // The same however often it is sent: whoever gets it twice can tell.
        message.MessageId = $"{notice.Id}@{mail.From[(mail.From.IndexOf('@') + 1)..].TrimEnd('>')}";
        // RFC 3834: nobody's absence answers it.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Body = new TextPart("plain") { Text = body };
        try
        {
            using var smtp = new SmtpClient { Timeout = (int)s_deadline.TotalMilliseconds };
            await smtp.ConnectAsync(
                mail.Host,
                mail.Port,
                mail.Tls switch
                {
                    MailTls.StartTls => SecureSocketOptions.StartTls,
                    MailTls.Always => SecureSocketOptions.SslOnConnect,
                    _ => SecureSocketOptions.None,
                },
                cancellation
            );
            if (mail is { User: { } user, Password: { } password })
                await smtp.AuthenticateAsync(user, password.Read(), cancellation);
            await smtp.SendAsync(message, cancellation);
            await smtp.DisconnectAsync(quit: true, cancellation);
            return new EffectOutcome.Done();
        }
        catch (SmtpCommandException refused)
            when ((int)refused.StatusCode >= 500
                && refused.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted
            )
        {
            NotDelivered(effect.Resource.Text, $"{(int)refused.StatusCode} {refused.Message}");
            return new EffectOutcome.Done();
        }
        catch (Exception e)
            when (e
                    is SocketException
                        or IOException
                        or ProtocolException
                        or CommandException
                        or AuthenticationException
                        or SslHandshakeException
                        or NotSupportedException
            )
        {
            // What is wrong with a certificate is told over several lines.
            return new EffectOutcome.Retry(
                $"mail server {mail.Host}:{mail.Port}: {string.Join(' ', e.Message.Split('\n', StringSplitOptions.TrimEntries))}"
            );
        }
    }

    private async Task<IEnumerable<string?>> ContactsAsync(Notice notice, CancellationToken cancellation) =>
        (await engine.ReadAsync(asns, notice.PeerAsnId, cancellation))?.Resource.Contacts.Select(c => c.Email) ?? [];

    /// <summary>Those that are addresses, each once.</summary>
    private static MailboxAddress[] Addresses(IEnumerable<string?> texts) =>
        [
            .. texts
                .OfType<string>()
                .Distinct(StringComparer.OrdinalIgnoreCase)
                .Select(t => MailboxAddress.TryParse(t, out MailboxAddress? address) ? address : null)
                .OfType<MailboxAddress>(),
        ];

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message about {Peering} was not delivered by mail: {Why}")]
    private partial void NotDelivered(string peering, string why);
}
