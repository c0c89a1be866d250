#!/usr/bin/env perl
# Harvests a repository with HTTP::OAI and prints one line per record: identifier, tab, status.
use strict;
use warnings;
use HTTP::OAI;

my ($base, $prefix, @set) = @ARGV;
my $harvester = HTTP::OAI::Harvester->new(baseURL => $base, resume => 1);
my $response = $harvester->ListRecords(
    metadataPrefix => $prefix,
    (@set ? (set => $set[0]) : ()),
    onRecord => sub {
        my ($record) = @_;
        printf "%s\t%s\n", $record->identifier, $record->is_deleted ? 'deleted' : 'live';
    },
);
die $response->message . "\n" if $response->is_error;
