using System.CommandLine;
using Causeway.Spec.Plans;

namespace Causeway.Commands;

internal static class KeyCommand
{
    public static Command Create() => new("key", "Makes keys for callers.") { CreateNew(), CreateHash() };

    private static Command CreateNew()
    {
        var name = new Argument<string>("name") { Description = "Who will use it: written to every ledger row.", DefaultValueFactory = _ => "my-app" };
        var command = new Command("new", "Makes a random key, shows it once, and prints the line for the spec.") { name };
        command.SetAction(parsed => New(parsed.GetValue(name)!, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return TeachingHelp.Teach(command, """
            The spec holds the hash only; a key that is lost is replaced, not recovered.
            """);
    }

    private static Command CreateHash()
    {
        var command = new Command("hash", "Reads a key from standard input and prints its hash, for keys that exist already.");
        command.SetAction(parsed => Hash(Console.In, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return command;
    }

    private static int New(string name, TextWriter output, TextWriter errors)
    {
        var (key, hash) = KeyHash.New();
        errors.WriteLine("The key, shown this once. Give it to the caller as OPENAI_API_KEY:");
        errors.WriteLine();
        errors.WriteLine("  " + key);
        errors.WriteLine();
        errors.WriteLine("Add to the spec, under keys:");
        output.WriteLine($"  - {{ name: {name}, hash: \"{hash}\" }}");
        return ExitCodes.Success;
    }

    private static int Hash(TextReader input, TextWriter output, TextWriter errors)
    {
        if (input.ReadLine()?.Trim() is { Length: > 0 } key)
        {
            output.WriteLine(KeyHash.Of(key));
            return ExitCodes.Success;
        }
        errors.WriteLine("No key on standard input. Use: printf %s \"$KEY\" | causeway key hash");
        return ExitCodes.Usage;
    }
}
