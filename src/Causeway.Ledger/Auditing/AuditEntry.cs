namespace Causeway.Ledger.Auditing;

/// <summary>One decision in the audit log.</summary>
/// <param name="Sequence">1, 2, 3 … without gaps.</param>
/// <param name="At">UTC, whole microseconds.</param>
/// <param name="Actor">Who decided.</param>
/// <param name="Action">What was done.</param>
/// <param name="Subject">To what.</param>
/// <param name="DetailJson">A JSON value.</param>
/// <param name="Hash">Of this entry and through its predecessor of all before it: 64 lower-case hex digits.</param>
public sealed record AuditEntry(long Sequence, DateTimeOffset At, string Actor, string Action, string Subject, string DetailJson, string Hash);

/// <summary>What a walk over the audit chain found.</summary>
/// <param name="Intact">Whether every entry follows from its predecessor and the count agrees.</param>
/// <param name="Entries">Entries that were found in order before the walk ended.</param>
/// <param name="HeadHash">Hash of the last of them: note it elsewhere to detect a chain that was rewritten as a whole.</param>
/// <param name="BrokenAt">Sequence of the first entry that is missing or wrong; null when intact.</param>
/// <param name="Problem">What is wrong there, in a sentence; null when intact.</param>
public sealed record AuditVerdict(bool Intact, long Entries, string HeadHash, long? BrokenAt, string? Problem);
