import th from 'messages:th/common,meeting,where'
import { startPage } from '../page'
import MeetingPage from './MeetingPage.svelte'

void startPage(MeetingPage, { th, en: () => import('messages:en/common,meeting,where') })
