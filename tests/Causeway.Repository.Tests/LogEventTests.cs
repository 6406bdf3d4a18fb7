using Causeway.Repository.Tests.Rules;
using Causeway.Repository.Tests.Tree;

namespace Causeway.Repository.Tests;

/// <summary>An event id in an operator's alert means one event for ever.</summary>
public sealed class LogEventTests
{
    [Fact]
    public void Every_log_message_has_an_event_id() =>
        Findings.None(LogEventRules.WithoutId(SourceFile.Product), "Give the message an EventId from its folder's block.");

    [Fact]
    public void No_two_log_messages_share_an_event_id() =>
        Findings.None(LogEventRules.SharedIds(SourceFile.Product), "Give one of them the next free EventId of its folder's block.");
}
